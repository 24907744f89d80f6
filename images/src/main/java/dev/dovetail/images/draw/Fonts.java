package dev.dovetail.images.draw;

import java.awt.Font;
import java.awt.FontFormatException;
import java.awt.GraphicsEnvironment;
import java.awt.font.TextAttribute;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.AttributedString;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The fonts of drawings: the bundled Noto Sans for Latin, Greek and Cyrillic, and the system's
 * fonts for other scripts. A character that no font has is written without its accents or, if that
 * fails, as {@code U+6F22}.
 */
final class Fonts {

  private static final String BUNDLED = "NotoSans-Medium.ttf";

  /** Loaded when the first text is drawn. */
  private static final Font NOTO = load();

  private Fonts() {}

  /** A run of text in one font. */
  private record Run(String text, Font font) {}

  /**
   * Returns a line of text in fonts that have its characters, with {@code height} pixels per em.
   */
  static AttributedString line(String text, float height) {
    List<Run> runs = runs(text);
    StringBuilder all = new StringBuilder();
    runs.forEach(run -> all.append(run.text()));
    AttributedString line = new AttributedString(all.toString());
    int start = 0;
    for (Run run : runs) {
      int end = start + run.text().length();
      line.addAttribute(TextAttribute.FONT, run.font().deriveFont(height), start, end);
      start = end;
    }
    return line;
  }

  /** Returns a text in the form that this system can draw. */
  static String written(String text) {
    StringBuilder all = new StringBuilder();
    runs(text).forEach(run -> all.append(run.text()));
    return all.toString();
  }

  private static List<Run> runs(String text) {
    List<Run> runs = new ArrayList<>();
    boolean spelled = false;
    for (int c : Normalizer.normalize(text, Normalizer.Form.NFC).codePoints().toArray()) {
      String character = Character.isISOControl(c) ? " " : Character.toString(c);
      Run run = run(character);
      boolean code = run == null;
      if (run == null) {
        String gap = spelled ? " " : "";
        run = new Run(gap + String.format(Locale.ROOT, "U+%04X", c), NOTO);
      }
      add(runs, run);
      spelled = code;
    }
    return runs;
  }

  private static void add(List<Run> runs, Run next) {
    int last = runs.size() - 1;
    if (last >= 0 && runs.get(last).font() == next.font()) {
      runs.set(last, new Run(runs.get(last).text() + next.text(), next.font()));
    } else {
      runs.add(next);
    }
  }

  private static @Nullable Run run(String character) {
    if (shows(NOTO, character)) {
      return new Run(character, NOTO);
    }
    Optional<Font> system = SystemFonts.showing(character);
    if (system.isPresent()) {
      return new Run(character, system.get());
    }
    String plain = Normalizer.normalize(character, Normalizer.Form.NFKD).replaceAll("\\p{M}", "");
    return !plain.isEmpty() && shows(NOTO, plain) ? new Run(plain, NOTO) : null;
  }

  private static boolean shows(Font font, String text) {
    return font.canDisplayUpTo(text) < 0;
  }

  /** The fonts of the system, loaded when the first text needs one. */
  private static final class SystemFonts {

    private static final List<Font> ALL = find();
    private static final Map<String, Optional<Font>> CHOSEN = new ConcurrentHashMap<>();

    static Optional<Font> showing(String character) {
      return CHOSEN.computeIfAbsent(
          character, c -> ALL.stream().filter(font -> shows(font, c)).findFirst());
    }

    private static List<Font> find() {
      try {
        return List.of(GraphicsEnvironment.getLocalGraphicsEnvironment().getAllFonts());
      } catch (RuntimeException | Error e) {
        return List.of(); // Java throws either of them if the system has no fonts.
      }
    }
  }

  private static Font load() {
    try {
      return read();
    } catch (InternalError e) {
      // Java asks fontconfig for the system's fonts before it loads ours, and fails without it
      // (as in minimal containers). A configuration without fonts replaces it.
      return withoutFontconfig();
    }
  }

  private static Font withoutFontconfig() {
    String key = "sun.awt.fontconfig";
    try {
      Path none = Files.createTempFile("dovetail-fonts", ".properties");
      try {
        Files.writeString(
            none, "version=1\nsequence.allfonts=default\n", StandardCharsets.US_ASCII);
        System.setProperty(key, none.toString());
        return read();
      } finally {
        Files.deleteIfExists(none);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Java's font system cannot be started: " + e.getMessage(), e);
    }
  }

  private static Font read() {
    try (InputStream in = Fonts.class.getResourceAsStream(BUNDLED)) {
      return Font.createFont(Font.TRUETYPE_FONT, in);
    } catch (IOException | FontFormatException e) {
      throw new IllegalStateException("the bundled font " + BUNDLED + " is damaged", e);
    }
  }
}
