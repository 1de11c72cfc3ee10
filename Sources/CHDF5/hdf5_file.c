#include "hdf5_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Debian keeps the serial library beside those for MPI.
#if __has_include(<hdf5/serial/hdf5.h>)
#include <hdf5/serial/hdf5.h>
#else
#include <hdf5.h>
#endif

static _Thread_local char reason[512];

const char *mesogen_h5_error(void) { return reason[0] ? reason : "no reason was given"; }

/// Walking inwards, the last description wins.
static herr_t take(unsigned n, const H5E_error2_t *entry, void *context) {
  (void)n;
  (void)context;
  if (entry->desc && entry->desc[0]) snprintf(reason, sizeof reason, "%s", entry->desc);
  return 0;
}

static int failed(void) {
  reason[0] = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, take, NULL);
  H5Eclear2(H5E_DEFAULT);
  return -1;
}

static int refused(const char *why) {
  snprintf(reason, sizeof reason, "%s", why);
  return -1;
}

/// The library prints its own stack of errors unless it is told not to.
static void be_quiet(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

int mesogen_h5_version(unsigned version[3]) {
  return H5get_libversion(&version[0], &version[1], &version[2]) < 0 ? -1 : 0;
}

int mesogen_h5_create(const char *path, mesogen_h5_file *file) {
  be_quiet();
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  // From version 1.10 on all that describes the data has checksums; 1.8 does not read it.
  H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110);
  // Whoever asked for the file holds a lock on it.
  H5Pset_file_locking(access, 0, 1);
  // Names of up to so many arrays stay in the root's header, which has a checksum: the library crashes on
  // damage of the heap that more of them go to.
  hid_t creation = H5Pcreate(H5P_FILE_CREATE);
  H5Pset_link_phase_change(creation, 64, 48);
  H5Pset_obj_track_times(creation, 0);
  hid_t made = H5Fcreate(path, H5F_ACC_TRUNC, creation, access);
  H5Pclose(creation);
  H5Pclose(access);
  if (made < 0) return failed();
  *file = made;
  return 0;
}

int mesogen_h5_open(const char *path, int changes, mesogen_h5_file *file) {
  be_quiet();
  hid_t access = H5Pcreate(H5P_FILE_ACCESS);
  H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110);
  H5Pset_file_locking(access, 0, 1);
  hid_t opened = H5Fopen(path, changes ? H5F_ACC_RDWR : H5F_ACC_RDONLY, access);
  H5Pclose(access);
  if (opened < 0) return failed();
  *file = opened;
  return 0;
}

int mesogen_h5_close(mesogen_h5_file file) { return H5Fclose(file) < 0 ? failed() : 0; }

int mesogen_h5_make(mesogen_h5_file file, const char *name, enum mesogen_h5_kind kind, int axes,
                    const uint64_t *shape, uint64_t chunk_rows, int level) {
  if (axes < 1 || axes > MESOGEN_H5_MOST_AXES) return refused("too many axes");
  hsize_t now[MESOGEN_H5_MOST_AXES], most[MESOGEN_H5_MOST_AXES], chunk[MESOGEN_H5_MOST_AXES];
  for (int k = 0; k < axes; ++k) {
    now[k] = k == 0 ? 0 : shape[k];
    most[k] = k == 0 ? H5S_UNLIMITED : shape[k];
    chunk[k] = k == 0 ? chunk_rows : (shape[k] > 0 ? shape[k] : 1);
  }
  hid_t type = kind == MESOGEN_H5_FLOAT64 ? H5T_IEEE_F64LE : H5T_STD_I64LE;
  hid_t space = H5Screate_simple(axes, now, most);
  hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  int status = -1;
  if (space >= 0 && creation >= 0 && H5Pset_chunk(creation, axes, chunk) >= 0 &&
      H5Pset_shuffle(creation) >= 0 && H5Pset_deflate(creation, (unsigned)level) >= 0 &&
      // So that damage is found, not unpacked.
      H5Pset_fletcher32(creation) >= 0 &&
      // Equal content, equal bytes: no times.
      H5Pset_obj_track_times(creation, 0) >= 0) {
    hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    if (set >= 0) status = H5Dclose(set) < 0 ? -1 : 0;
  }
  if (status < 0) failed();
  if (creation >= 0) H5Pclose(creation);
  if (space >= 0) H5Sclose(space);
  return status;
}

/// Reads or writes rows; `write` also makes room for them at the end.
static int transfer(mesogen_h5_file file, const char *name, int write, enum mesogen_h5_kind kind,
                    uint64_t first, uint64_t rows, void *values) {
  if (rows == 0) return 0;
  hid_t set = H5Dopen2(file, name, H5P_DEFAULT);
  if (set < 0) return failed();
  hid_t space = H5Dget_space(set), memory = -1;
  int status = -1, axes = space < 0 ? -1 : H5Sget_simple_extent_ndims(space);
  hsize_t size[MESOGEN_H5_MOST_AXES], start[MESOGEN_H5_MOST_AXES] = {0};
  if (axes < 1 || axes > MESOGEN_H5_MOST_AXES ||
      H5Sget_simple_extent_dims(space, size, NULL) < 0)
    goto end;
  start[0] = write ? size[0] : first;
  if (write) {
    size[0] += rows;
    if (H5Dset_extent(set, size) < 0) goto end;
    H5Sclose(space);
    space = H5Dget_space(set);
  } else if (first > size[0] || rows > size[0] - first) {
    goto end;
  }
  size[0] = rows;
  memory = H5Screate_simple(axes, size, NULL);
  if (memory < 0 || H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, size, NULL) < 0)
    goto end;
  hid_t type = kind == MESOGEN_H5_FLOAT64 ? H5T_NATIVE_DOUBLE : H5T_NATIVE_INT64;
  status = (write ? H5Dwrite(set, type, memory, space, H5P_DEFAULT, values)
                  : H5Dread(set, type, memory, space, H5P_DEFAULT, values)) < 0 ? -1 : 0;
end:
  if (status < 0) failed();
  if (memory >= 0) H5Sclose(memory);
  if (space >= 0) H5Sclose(space);
  if (H5Dclose(set) < 0) status = failed();
  return status;
}

int mesogen_h5_append(mesogen_h5_file file, const char *name, uint64_t rows, const void *values) {
  enum mesogen_h5_kind kind;
  size_t bytes;
  int axes;
  uint64_t shape[MESOGEN_H5_MOST_AXES];
  if (mesogen_h5_describe(file, name, &kind, &bytes, &axes, shape) < 0) return -1;
  return transfer(file, name, 1, kind, 0, rows, (void *)values);
}

int mesogen_h5_read(mesogen_h5_file file, const char *name, enum mesogen_h5_kind kind,
                    uint64_t first, uint64_t rows, void *values) {
  return transfer(file, name, 0, kind, first, rows, values);
}

int mesogen_h5_write_text(mesogen_h5_file file, const char *name, const char *text) {
  hid_t type = H5Tcopy(H5T_C_S1), space = H5Screate(H5S_SCALAR);
  size_t size = strlen(text);
  int status = -1;
  hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
  if (type >= 0 && space >= 0 && H5Tset_size(type, size > 0 ? size : 1) >= 0 &&
      H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0 && H5Tset_cset(type, H5T_CSET_UTF8) >= 0 &&
      H5Pset_obj_track_times(creation, 0) >= 0) {
    hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
    if (set >= 0) {
      status = H5Dwrite(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) < 0 ? -1 : 0;
      if (H5Dclose(set) < 0) status = -1;
    }
  }
  if (status < 0) failed();
  if (creation >= 0) H5Pclose(creation);
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  return status;
}

int mesogen_h5_count(mesogen_h5_file file, uint64_t *count) {
  H5G_info_t info;
  if (H5Gget_info(file, &info) < 0) return failed();
  *count = info.nlinks;
  return 0;
}

int mesogen_h5_name(mesogen_h5_file file, uint64_t index, char *name, size_t size) {
  return H5Lget_name_by_idx(file, ".", H5_INDEX_NAME, H5_ITER_INC, index, name, size,
                            H5P_DEFAULT) < 0 ? failed() : 0;
}

int mesogen_h5_has(mesogen_h5_file file, const char *name) {
  return H5Lexists(file, name, H5P_DEFAULT) > 0;
}

int mesogen_h5_describe(mesogen_h5_file file, const char *name, enum mesogen_h5_kind *kind,
                        size_t *bytes, int *axes, uint64_t shape[MESOGEN_H5_MOST_AXES]) {
  *kind = MESOGEN_H5_OTHER;
  *bytes = 0;
  *axes = 0;
  hid_t object = H5Oopen(file, name, H5P_DEFAULT);
  if (object < 0) return failed();
  if (H5Iget_type(object) != H5I_DATASET) {
    H5Oclose(object);
    return 0;
  }
  hid_t space = H5Dget_space(object), type = H5Dget_type(object);
  int status = -1;
  hsize_t size[H5S_MAX_RANK];
  if (space >= 0 && type >= 0) {
    const int rank = H5Sget_simple_extent_ndims(space);
    if (rank >= 0 && rank <= MESOGEN_H5_MOST_AXES &&
        H5Sget_simple_extent_dims(space, size, NULL) >= 0) {
      const H5T_class_t class = H5Tget_class(type);
      *kind = class == H5T_FLOAT ? MESOGEN_H5_FLOAT64
              : class == H5T_INTEGER ? MESOGEN_H5_INT64
              : class == H5T_STRING  ? MESOGEN_H5_TEXT
                                     : MESOGEN_H5_OTHER;
      *bytes = H5Tget_size(type);
      *axes = rank;
      for (int k = 0; k < rank; ++k) shape[k] = size[k];
      status = 0;
    }
  }
  if (status < 0) failed();
  if (type >= 0) H5Tclose(type);
  if (space >= 0) H5Sclose(space);
  H5Oclose(object);
  return status;
}

/// Texts longer than this are none that anybody writes.
static const size_t longest_text = (size_t)64 << 20;

char *mesogen_h5_read_text(mesogen_h5_file file, const char *name) {
  hid_t set = H5Dopen2(file, name, H5P_DEFAULT);
  if (set < 0) {
    failed();
    return NULL;
  }
  hid_t type = H5Dget_type(set), space = H5Dget_space(set);
  char *text = NULL;
  if (type >= 0 && space >= 0 && H5Tget_class(type) == H5T_STRING &&
      H5Sget_simple_extent_npoints(space) == 1) {
    if (H5Tis_variable_str(type) > 0) {
      char *own = NULL;
      hid_t memory = H5Tcopy(H5T_C_S1);
      H5Tset_size(memory, H5T_VARIABLE);
      H5Tset_cset(memory, H5Tget_cset(type));
      if (H5Dread(set, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, &own) >= 0 && own) {
        text = strdup(own);
        H5free_memory(own);
      }
      H5Tclose(memory);
    } else {
      const size_t size = H5Tget_size(type);
      if (size <= longest_text && (text = calloc(size + 1, 1)) &&
          H5Dread(set, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, text) < 0) {
        free(text);
        text = NULL;
      }
    }
  }
  if (!text) {
    failed();
    if (!reason[0]) refused("not a single text");
  }
  if (space >= 0) H5Sclose(space);
  if (type >= 0) H5Tclose(type);
  H5Dclose(set);
  return text;
}
