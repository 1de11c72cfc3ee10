import ArgumentParser
import FileFormats
import Geometry
import Jobs
import Recipes
import Report

struct DrawCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "draw",
    abstract: "A picture of one frame, as SVG or PNG.",
    discussion: """
      Ellipsoids are coloured by the direction of their symmetry axis: x red, y green, z blue.

        mesogen draw set.xyz -o frame.svg --frame 99
        mesogen draw set.xyz -o frame.png --size 1200

      PNG is made by the program itself, each pixel by its rays; it needs no browser and no library.
      """)

  @Argument(help: "The file with the frames.")
  var input: String
  @Option(name: .shortAndLong, help: "The picture (.svg, .png).")
  var output: String
  @Option(parsing: .unconditional, help: "Which frame, counted from 0.")
  var frame = 0
  @Option(parsing: .unconditional, help: "Degrees about z from which it is seen.")
  var azimuth = 25.0
  @Option(parsing: .unconditional, help: "Degrees above the horizon from which it is seen.")
  var elevation = 12.0
  @Option(parsing: .unconditional, help: "The larger side in pixels.")
  var size = 480.0
  @OptionGroup var reading: ReadingOptions
  @OptionGroup var global: GlobalOptions

  func validate() throws {
    try FrameFormat.require(output, toEndWith: [".svg", ".png"], for: "a picture")
    guard frame >= 0 else { throw ValidationError("--frame is \(frame); expected 0 or more") }
    guard size >= 16, size <= 10_000 else {
      throw ValidationError("--size is \(size); expected 16 to 10000")
    }
    guard !isRaster || size <= Double(EllipsoidPicture.largestRaster) else {
      throw ValidationError(
        "--size is \(size); expected at most \(EllipsoidPicture.largestRaster) for .png")
    }
    guard azimuth.isFinite, elevation.isFinite else {
      throw ValidationError("--azimuth and --elevation must be finite numbers")
    }
  }

  private var isRaster: Bool { output.lowercased().hasSuffix(".png") }

  func run() throws {
    let picture = EllipsoidPicture(
      viewpoint: Viewpoint(azimuth: azimuth, elevation: elevation), size: size)
    let file = try OutputFile(output)
    let reader = try FrameReader.open(input, options: reading.settings.options())
    var index = 0
    while let next = try reader.next() {
      if index == frame {
        if isRaster {
          let threads = global.context.threads
          try file.write(
            located { try picture.raster(next, threads: threads) }.bytes(for: output))
        } else {
          try file.write(located { try picture.svg(next) })
        }
        try file.commit()
        return
      }
      index += 1
    }
    throw DataError(
      .badData, file: input, message: "frame \(frame) was asked for; there are \(index)")
  }

  private func located<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as InvalidInput {
      throw DataError(.badData, file: input, frame: frame, message: error.description)
    }
  }
}
