#ifndef MESOGEN_VORONOI_H
#define MESOGEN_VORONOI_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Told about the Voronoi cell of one particle: its volume and, for each face, the particle behind
/// it, the area, and the outward unit normal (three numbers a face).
typedef void (*mesogen_voronoi_visitor)(void *context, int32_t particle, double volume,
                                        int32_t faces, const int32_t *neighbors,
                                        const double *areas, const double *normals);

/// The Voronoi cells of `count` particles in a periodic cell with the lattice vectors (ax, 0, 0),
/// (bx, by, 0), (cx, cy, cz), by voro++; the diagonal is positive, `cell` is ax, bx, by, cx, cy, cz.
/// Positions are three numbers a particle.
///
/// Returns 0, or 1 + the index of a particle whose cell does not exist (two at the same place), or
/// -1 when out of memory.
int32_t mesogen_voronoi(int32_t count, const double *positions, const double *cell, void *context,
                        mesogen_voronoi_visitor visit);

#ifdef __cplusplus
}
#endif

#endif
