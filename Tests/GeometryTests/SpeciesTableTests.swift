import Geometry
import Testing

@Suite("Species table")
struct SpeciesTableTests {
  @Test("the integer of a name: element, X, trailing digits, none")
  func numbers() {
    let known: [(String, Int?)] = [
      ("X", 0), ("H", 1), ("C", 6), ("Fe", 26), ("Og", 118), ("7", 7), ("0", 0), ("type3", 3),
      ("C60", 60), ("a1b22", 22), ("007", 7), ("A", nil), ("type", nil), ("", nil), ("fe", nil),
      ("3a", nil), ("A-1", 1), ("x٣", nil), ("²", nil), ("n99999999999999999999", nil),
    ]
    for (name, number) in known { #expect(SpeciesTable.number(of: name) == number, "\(name)") }
  }

  @Test("an order that is given stays; names without an integer are numbered by their place")
  func ordered() throws {
    let table = try SpeciesTable(ordered: ["O", "H", "mesogen", "type4"])
    #expect(table.names == ["O", "H", "mesogen", "type4"])
    #expect(table.numbers == [8, 1, 3, 4])
    #expect(table.count == 4 && table.index(of: "mesogen") == 2 && table.index(of: "C") == nil)
  }

  @Test("a number that is taken goes to the element, then the trailing integer, then the place")
  func collisions() throws {
    #expect(try SpeciesTable(ordered: ["A", "H"]).numbers == [119, 1])
    #expect(try SpeciesTable(ordered: ["type1", "H", "A"]).numbers == [119, 1, 3])
    #expect(try SpeciesTable(ordered: ["0", "X", "type0"]).numbers == [119, 0, 120])
    #expect(try SpeciesTable(ordered: ["A", "kind1", "type1"]).numbers == [119, 1, 120])
    #expect(try SpeciesTable(ordered: ["kind119", "type1", "H"]).numbers == [119, 120, 1])
    // The largest integer there is leaves room for another.
    let huge = "t\(Int.max)"
    #expect(try SpeciesTable(ordered: [huge, "u\(Int.max)"]).numbers == [Int.max, 119])
  }

  @Test("numbers are always different")
  func different() throws {
    let names = ["A", "B", "H", "He", "type1", "type2", "1", "2", "X", "0", "Og", "type118", "Z"]
    for shift in names.indices {
      let table = try SpeciesTable(ordered: Array(names[shift...] + names[..<shift]))
      #expect(Set(table.numbers).count == names.count)
      for element in ["H", "He", "X", "Og"] {
        let index = table.index(of: element) ?? -1
        #expect(table.numbers[index] == SpeciesTable.number(of: element))
      }
    }
  }

  @Test("found names: ascending by their integer, the others as they first appear")
  func found() throws {
    let table = try SpeciesTable(found: ["B2", "zeta", "O", "H", "alpha", "O", "zeta", "X"])
    #expect(table.names == ["X", "H", "B2", "O", "zeta", "alpha"])
    #expect(table.numbers == [0, 1, 2, 8, 5, 6])
    // Of two names with one integer the element has it, wherever it appears.
    #expect(try SpeciesTable(found: ["type1", "H"]).names == ["H", "type1"])
    #expect(try SpeciesTable(found: ["H", "type1", "He"]).names == ["H", "He", "type1"])
    #expect(try SpeciesTable(found: ["H", "type1", "He"]).numbers == [1, 2, 119])
    #expect(try SpeciesTable(found: ["b1", "a1"]).names == ["a1", "b1"])
  }

  @Test("an empty list and a name that comes twice are refused")
  func refused() {
    #expect(throws: InvalidInput.self) { _ = try SpeciesTable(ordered: []) }
    #expect(throws: InvalidInput.self) { _ = try SpeciesTable(found: []) }
    let error = #expect(throws: InvalidInput.self) {
      _ = try SpeciesTable(ordered: ["A", "B", "A"])
    }
    #expect(error?.value == "A twice")
  }
}
