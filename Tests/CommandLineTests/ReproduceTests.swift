import Foundation
import Testing

@Suite struct ReproduceTests {
  @Test func theListNamesEveryFigure() throws {
    let outcome = try Scratch().mesogen("reproduce", "--list")
    #expect(outcome.code == 0)
    for name in ["fig1", "fig2", "fig3", "figS1", "figS2", "figS3", "figS4"] {
      #expect(outcome.output.contains("\n\(name) "))
    }
  }

  @Test func anUnknownFigureIsWrongUsage() throws {
    #expect(try Scratch().mesogen("reproduce").code == 64)
    #expect(try Scratch().mesogen("reproduce", "fig9").code == 64)
  }
}
