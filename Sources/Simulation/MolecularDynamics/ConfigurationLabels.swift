internal import Geometry

extension Frame {
  /// Labels and columns that hold for one configuration only, as files and this program name them.
  private static let labelsOfConfiguration: Set<String> = [
    "energy", "pressure", "temperature", "step", "time", "order", "order_max", "biaxiality", "p4",
    "target_order", "smectic_order", "smectic_period", "director", "packing_fraction", "density",
    "h12", "eta", "chi", "virial", "stress",
  ]
  private static let columnsOfConfiguration: Set<String> = [
    "forces", "torques", "energies", "velocities", "angular_momenta",
  ]

  /// This frame without what is no longer true when its particles have moved.
  var withoutLabelsOfConfiguration: Frame {
    var frame = self
    for name in labels.names where Self.labelsOfConfiguration.contains(name) {
      frame.labels[name] = nil
    }
    frame.columns.removeAll { Self.columnsOfConfiguration.contains($0.name) }
    return frame
  }
}
