#ifndef MESOGEN_HDF5_FILE_H
#define MESOGEN_HDF5_FILE_H

#include <stddef.h>
#include <stdint.h>

/// A file of HDF5. Every function returns 0, or -1 after which `mesogen_h5_error` says why.
typedef int64_t mesogen_h5_file;

/// What the elements of an array are.
enum mesogen_h5_kind { MESOGEN_H5_FLOAT64 = 0, MESOGEN_H5_INT64 = 1, MESOGEN_H5_TEXT = 2, MESOGEN_H5_OTHER = 3 };

/// Most axes that arrays may have.
enum { MESOGEN_H5_MOST_AXES = 8 };

/// The innermost reason of the last failure of this thread.
const char *mesogen_h5_error(void);

/// The version of the library that was found at run time: three numbers.
int mesogen_h5_version(unsigned version[3]);

/// A new file at an existing, empty path, or an existing file for reading or for changes.
int mesogen_h5_create(const char *path, mesogen_h5_file *file);
int mesogen_h5_open(const char *path, int changes, mesogen_h5_file *file);
int mesogen_h5_close(mesogen_h5_file file);

/// A chunked array that grows along its first axis, of which there is nothing yet: shuffled, compressed by
/// deflate. `shape[0]` is not looked at.
int mesogen_h5_make(mesogen_h5_file file, const char *name, enum mesogen_h5_kind kind, int axes,
                    const uint64_t *shape, uint64_t chunk_rows, int level);
/// Puts so many rows at the end of an array; `values` are doubles or int64 as the array has them.
int mesogen_h5_append(mesogen_h5_file file, const char *name, uint64_t rows, const void *values);
/// A text as a scalar of UTF-8.
int mesogen_h5_write_text(mesogen_h5_file file, const char *name, const char *text);

/// The number of members of the root, and the name of one of them (cut off at `size`).
int mesogen_h5_count(mesogen_h5_file file, uint64_t *count);
int mesogen_h5_name(mesogen_h5_file file, uint64_t index, char *name, size_t size);
/// Whether there is an array of that name: 1 or 0.
int mesogen_h5_has(mesogen_h5_file file, const char *name);
/// Kind, axes and shape of an array; the bytes of an element. A group is `MESOGEN_H5_OTHER` with no axes.
int mesogen_h5_describe(mesogen_h5_file file, const char *name, enum mesogen_h5_kind *kind,
                        size_t *bytes, int *axes, uint64_t shape[MESOGEN_H5_MOST_AXES]);
/// Rows of an array as doubles or as int64, whatever numbers it has.
int mesogen_h5_read(mesogen_h5_file file, const char *name, enum mesogen_h5_kind kind,
                    uint64_t first, uint64_t rows, void *values);
/// A scalar text, to be given back by `free`; NULL after a failure.
char *mesogen_h5_read_text(mesogen_h5_file file, const char *name);

#endif
