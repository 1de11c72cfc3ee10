internal import CInterrupt
internal import Foundation
internal import Jobs
internal import Mathematics
internal import Recipes

// The C interface behind the Python package (`python/mesogen/_bridge.py`). Objects cross it as handles that
// the caller releases; `out` has eight numbers:
//
//     out[0]  0, or the kind of the error that the handle then is (`BridgeError.Code`)
//     out[1]  where the values of the main array of a result stand
//     out[2]  the number of its rows
//     out[3]  the number of its columns
//     out[4]  1 where `mesogen_python_describe` has more to say than that

/// The version of this interface: the Python side refuses another.
private let version: Int32 = 1

/// Prepares the library, and tells the version of the interface.
@c(mesogen_python_begin)
public func begin() -> Int32 {
  LinearAlgebra.setThreads(1)
  return version
}

/// Ends the life of an object.
@c(mesogen_python_release)
public func release(_ handle: UnsafeMutableRawPointer?) {
  guard let handle else { return }
  Unmanaged<AnyObject>.fromOpaque(handle).release()
}

/// A text about the library (`about`), the options of a step (`options featurize`).
@c(mesogen_python_text)
public func text(
  _ question: UnsafePointer<CChar>, _ out: UnsafeMutablePointer<Int>
) -> UnsafeMutableRawPointer? {
  answer(out) { TextObject(try BridgeText.answer(String(cString: question))) }
}

/// What a step needs, looked over once: `step` by its name, `words` of its command line (NUL after each).
@c(mesogen_python_prepare)
public func prepare(
  _ step: UnsafePointer<CChar>, _ words: UnsafePointer<CChar>, _ size: Int,
  _ out: UnsafeMutablePointer<Int>
) -> UnsafeMutableRawPointer? {
  answer(out) {
    let bytes = UnsafeRawBufferPointer(start: words, count: size)
    return try PreparedObject(
      preparedCall(String(cString: step), words: BridgeText.split(bytes)))
  }
}

/// Does what was prepared with the frames that `input` says (`FrameInput`; nil: none).
///
/// `watch` is 1 on the interpreter's main thread: an interrupt ends the work. `hear` is told how far it got,
/// on the calling thread; what it returns other than 0 ends the work.
@c(mesogen_python_call)
public func call(
  _ prepared: UnsafeMutableRawPointer, _ input: UnsafePointer<Int>?, _ threads: Int,
  _ watch: Int32, _ hear: (@convention(c) (UnsafePointer<CChar>, Int, Int) -> Int32)?,
  _ out: UnsafeMutablePointer<Int>
) -> UnsafeMutableRawPointer? {
  let object = Unmanaged<PreparedObject>.fromOpaque(prepared).takeUnretainedValue()
  let isWatched = watch != 0
  if isWatched { mesogen_interrupts_begin() }
  defer { if isWatched { mesogen_interrupts_end() } }
  return answer(out) {
    let caller = Caller(threads: threads, isWatched: isWatched, hear: hear)
    let result = try caller.run { context in
      try object.call.run(FrameInput(input), context)
    }
    result.warnings = caller.warnings
    result.summarize(out)
    return result
  }
}

/// JSON about an object: the arrays of a result, the text of an error. It lives as long as the object.
@c(mesogen_python_describe)
public func describe(_ handle: UnsafeMutableRawPointer) -> UnsafePointer<CChar>? {
  let object = Unmanaged<AnyObject>.fromOpaque(handle).takeUnretainedValue()
  return (object as? any Described)?.description()
}

/// The object that `body` makes, or the error that it throws.
private func answer(
  _ out: UnsafeMutablePointer<Int>, _ body: () throws -> AnyObject
) -> UnsafeMutableRawPointer? {
  out.update(repeating: 0, count: 8)
  do {
    return Unmanaged.passRetained(try body()).toOpaque()
  } catch {
    let error = BridgeError(error)
    out[0] = error.code.rawValue
    return Unmanaged.passRetained(error as AnyObject).toOpaque()
  }
}
