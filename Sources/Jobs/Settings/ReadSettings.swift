public import FileFormats

/// What is said of a file that it does not say itself.
public struct ReadSettings: Settings {
  /// What columns are: `orientation=c_quat[1..4]:wxyz,diameter=c_shape[1..3]`; nil: by their names.
  public var columns: String?
  /// Names of species in place of the file's: `1:C,2:H`; nil: those of the file.
  public var types: String?
  /// The atom style of a LAMMPS data file that does not name it; nil: found by what is in the file.
  public var atomStyle: String?
  /// The diameter of the sphere that stands for a particle without extent among particles that have one.
  public var pointDiameter = ReadOptions().pointDiameter

  /// Nothing but what the file says.
  public init() {}

  /// How files are read.
  ///
  /// Throws: `InvalidInput` for texts that are not understood.
  public func options() throws -> ReadOptions {
    var options = ReadOptions()
    options.columns = try columns.map { try ColumnAssignment.list(parsing: $0) } ?? []
    options.types = try types.map { try ReadOptions.types(parsing: $0) } ?? [:]
    options.atomStyle = atomStyle
    options.pointDiameter = pointDiameter
    return options
  }
}
