internal import Foundation

/// An object that says in text what it is.
protocol Described: AnyObject {
  /// A text that lives as long as the object.
  func description() -> UnsafePointer<CChar>
}

/// A text as C has it.
final class CText: Sendable {
  nonisolated(unsafe) let pointer: UnsafePointer<CChar>

  init(_ text: String) {
    var text = text
    let memory = text.withUTF8 { bytes in
      let memory = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count + 1)
      for k in bytes.indices {
        memory[k] = bytes[k] == 0 ? CChar(UInt8(ascii: " ")) : CChar(bitPattern: bytes[k])
      }
      memory[bytes.count] = 0
      return memory
    }
    pointer = UnsafePointer(memory)
  }

  deinit { pointer.deallocate() }
}

/// A text alone.
final class TextObject: Described {
  private let text: CText

  init(_ text: String) { self.text = CText(text) }

  func description() -> UnsafePointer<CChar> { text.pointer }
}

/// Something that can be done again and again.
final class PreparedObject {
  let call: any PreparedCall

  init(_ call: any PreparedCall) { self.call = call }
}
