package dev.dovetail.images.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.Size;
import dev.dovetail.images.Image;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextTest {

  @TempDir private Path folder;

  @Test
  void latinGreekAndCyrillicAreDrawnUnchanged() {
    for (String text : new String[] {"Straße é Ő ş", "Ποδήλατο ώ", "Велосипед Жґ", "a – “b” €"}) {
      assertEquals(text, Fonts.written(text));
      assertTrue(new Text(14).width(text) > 20, text);
    }
  }

  @Test
  void charactersWithoutAFontAreDrawnAsCodePointsNotAsQuestionMarks() {
    String undefined = Character.toString(0x10fff0); // no font has private-use characters
    assertEquals("aU+10FFF0 U+10FFF0b", Fonts.written("a" + undefined + undefined + "b"));
    String chinese = Fonts.written("漢字");
    assertTrue(chinese.equals("漢字") || chinese.equals("U+6F22 U+5B57"), chinese);
    assertEquals("a b c", Fonts.written("a\tb\nc"));
  }

  @Test
  void combiningAccentsJoinTheirLetters() {
    assertEquals("é", Fonts.written("e\u0301"));
  }

  @Test
  void aLongLineIsTruncatedWithAnEllipsis() {
    Text text = new Text(12);
    String all = "a name that is far too long";
    assertEquals(all, text.fitting(all, 1000));
    String cut = text.fitting(all, 60);
    assertTrue(cut.endsWith("…") && cut.startsWith("a na") && text.width(cut) <= 60, cut);
    assertEquals("…", text.fitting(all, 1));
  }

  @Test
  void widthsGrowWithTheHeight() {
    assertTrue(new Text(40).width("traffic light") > 3 * new Text(12).width("traffic light"));
    assertEquals(0, new Text(40).width(""));
  }

  @Test
  void lettersStayWithinTheirHeight() {
    Canvas canvas = Canvas.blank(new Size(80, 400), Colour.WHITE);
    canvas.write(new Text(40), "Hgpjq", 20, 20, Colour.BLACK);
    Image picture = canvas.toImage();
    int first = 80;
    int last = 0;
    for (int i = 0; i < 80 * 400; i++) {
      if (picture.at(i / 400, i % 400, 0) < 128) {
        first = Math.min(first, i / 400);
        last = Math.max(last, i / 400);
      }
    }
    assertTrue(first >= 19 && first <= 24 && last <= 60 && last >= 54, first + " to " + last);
  }

  @Test
  void textIsDrawnIfJavaHasNoFonts() throws Exception {
    // Java with the launcher's options, and Java without fontconfig.
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-Dsun.awt.fontconfig=" + noFonts(),
                "-cp",
                System.getProperty("java.class.path"),
                Writing.class.getName())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    // The machine may have a font for the second word.
    assertTrue(List.of("Жук U+6F22", "Жук 漢").contains(printed.strip()), printed);
  }

  private Path noFonts() throws IOException {
    return Files.writeString(folder.resolve("none"), "version=1\nsequence.allfonts=default\n");
  }

  /** Draws text in a separate process. */
  static final class Writing {
    public static void main(String[] arguments) {
      Canvas.blank(new Size(40, 200), Colour.WHITE)
          .write(new Text(20), "Жук 漢", 5, 5, Colour.BLACK);
      byte[] written = Fonts.written("Жук 漢").getBytes(StandardCharsets.UTF_8);
      System.out.write(written, 0, written.length);
      System.out.flush();
    }
  }
}
