import Foundation
import Geometry
import Recipes
import TestSupport
import Testing

@Suite struct StepFilesTests {
  /// An output that is the input is refused by whatever name it is called.
  @Test func outputsThatAreInputs() throws {
    let folder = try ScratchFolder()
    let path = try folder.file("a.xyz", containing: "0\n\n")
    let files = FileManager.default
    try files.createSymbolicLink(
      atPath: folder.file("link.xyz"), withDestinationPath: "a.xyz")
    try files.linkItem(atPath: path, toPath: folder.file("hard.xyz"))
    for output in ["a.xyz", "link.xyz", "hard.xyz"] {
      #expect(throws: InvalidInput.self, "\(output)") {
        try StepFiles(inputs: [path], outputs: [folder.file(output)]).check()
      }
    }
    #expect(throws: InvalidInput.self) {
      try StepFiles(inputs: ["\(path):array"], outputs: ["b", "b"]).check()
    }
    // Files that are not there yet, by other spellings and through the link of a folder.
    let new = folder.file("new.xyz")
    let directory = String(new.dropLast("/new.xyz".count))
    try files.createSymbolicLink(atPath: directory + "/here", withDestinationPath: ".")
    try files.createSymbolicLink(atPath: directory + "/ahead", withDestinationPath: "new.xyz")
    for name in ["/./new.xyz", "//new.xyz", "/here/new.xyz", "/ahead"] {
      #expect(throws: InvalidInput.self, "\(name)") {
        try StepFiles(inputs: [path], outputs: [new, directory + name]).check()
      }
    }
    try StepFiles(inputs: [path], outputs: [folder.file("b.xyz"), "-"]).check()
    try StepFiles(inputs: ["-"], outputs: ["-"]).check()
    try StepFiles(inputs: ["/dev/null"], outputs: ["/dev/null"]).check()
  }

  /// Every step refuses it in a recipe, with the line, whatever its options are called.
  @Test func recipesRefuseIt() throws {
    let text = """
      name: a
      datasets:
        - name: n
          generate: {phase: nematic}
          energy: {output: n.xyz}
      """
    let error = #expect(throws: RecipeError.self) {
      try Recipe(text: text, file: "r.yaml", output: "out")
    }
    #expect(error?.message.contains("which it would destroy") == true, "\(error as Any)")
  }

  /// Only what gets smaller is told.
  @Test func replacedFiles() throws {
    let folder = try ScratchFolder()
    let path = try folder.file("a.csv", containing: "123456789")
    let files = StepFiles(inputs: [], outputs: [path, folder.file("new.csv")])
    #expect(files.warnings.isEmpty)
    _ = try folder.file("a.csv", containing: "1234")
    _ = try folder.file("new.csv", containing: "1")
    #expect(files.warnings == ["\(path): replaced a file of 9 bytes by one of 4"])
    _ = try folder.file("a.csv", containing: "1234567890")
    #expect(files.warnings.isEmpty)
  }
}
