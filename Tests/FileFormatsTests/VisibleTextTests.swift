import FileFormats
import Testing

struct VisibleTextTests {
  @Test(arguments: [
    ("plain é 粒 text", "plain é 粒 text"), ("\u{1B}[31mred", "\\u{1B}[31mred"),
    ("\u{1B}]0;title\u{7}", "\\u{1B}]0;title\\u{7}"), ("a\u{9B}31m", "a\\u{9B}31m"),
    ("a\u{202E}b", "a\\u{202E}b"), ("a\u{2028}b\nc\td", "a\\u{2028}b\\nc\\td"),
    ("\u{7F}", "\\u{7F}"),
    ("👩\u{200D}🔬", "👩\u{200D}🔬"),
  ])
  func controlCharactersAreShown(text: String, shown: String) {
    #expect(VisibleText.escaped(text) == shown)
  }

  @Test func longMessagesLoseTheirMiddle() {
    let long = "begin" + String(repeating: "x", count: 5000) + "end"
    let cut = VisibleText.message(long)
    #expect(cut.count < 650 && cut.hasPrefix("beginx") && cut.hasSuffix("xend"))
    #expect(cut.contains("(4408 characters)"))
    let short = String(repeating: "x", count: 600)
    #expect(VisibleText.message(short) == short)
  }
}
