package dev.dovetail.cli.console;

import dev.dovetail.formats.Size;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code HxW}: height and width in pixels. */
public final class SizeConverter implements ITypeConverter<Size> {

  private static final Pattern SIZE = Pattern.compile("([1-9]\\d{0,4})[xX]([1-9]\\d{0,4})");

  @Override
  public Size convert(String text) {
    Matcher m = SIZE.matcher(text);
    if (!m.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is not a size; expected HEIGHTxWIDTH in pixels, such as 512x512");
    }
    return new Size(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
  }

  /** Formats a size in the format that this converter reads. */
  public static String text(Size size) {
    return size.height() + "x" + size.width();
  }
}
