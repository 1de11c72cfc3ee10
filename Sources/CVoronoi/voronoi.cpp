#include "voronoi.h"

#include <cmath>
#include <new>
#include <vector>
#include <voro++/voro++.hh>

extern "C" int32_t mesogen_voronoi(int32_t count, const double *positions, const double *cell,
                                   void *context, mesogen_voronoi_visitor visit) {
  try {
    // About five particles a block, as the manual of voro++ recommends.
    const double edge = std::cbrt(5 * cell[0] * cell[2] * cell[5] / (count > 0 ? count : 1));
    const auto blocks = [edge](double length) {
      return length > edge ? static_cast<int>(length / edge) : 1;
    };
    voro::container_periodic box(cell[0], cell[1], cell[2], cell[3], cell[4], cell[5],
                                 blocks(cell[0]), blocks(cell[2]), blocks(cell[5]), 8);
    for (int32_t i = 0; i < count; ++i)
      box.put(i, positions[3 * i], positions[3 * i + 1], positions[3 * i + 2]);
    std::vector<bool> done(count, false);
    std::vector<int> neighbors;
    std::vector<double> areas, normals;
    voro::voronoicell_neighbor polyhedron;
    voro::c_loop_all_periodic loop(box);
    if (loop.start()) {
      do {
        if (!box.compute_cell(polyhedron, loop)) continue;
        polyhedron.neighbors(neighbors);
        polyhedron.face_areas(areas);
        polyhedron.normals(normals);
        done[loop.pid()] = true;
        visit(context, loop.pid(), polyhedron.volume(), static_cast<int32_t>(areas.size()),
              neighbors.data(), areas.data(), normals.data());
      } while (loop.inc());
    }
    for (int32_t i = 0; i < count; ++i)
      if (!done[i]) return i + 1;
    return 0;
  } catch (const std::bad_alloc &) {
    return -1;
  }
}
