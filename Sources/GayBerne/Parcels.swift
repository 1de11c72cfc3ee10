/// How the particles of a frame are dealt out to workers: parcels of slots that follow each other,
/// which depend on the frame alone.
///
/// What a parcel touches around its particles has to be added up, so that parcels of few particles
/// cost more; 64 are enough for any number of threads.
enum Parcels {
  /// The number of parcels of a frame of `count` particles.
  static func count(of count: Int) -> Int { max(1, min(64, count / 128)) }

  /// The slots of one of `parcels` parcels.
  static func range(_ index: Int, of parcels: Int, _ count: Int) -> Range<Int> {
    count * index / parcels..<count * (index + 1) / parcels
  }
}
