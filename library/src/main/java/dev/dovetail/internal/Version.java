package dev.dovetail.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version, which the build stores in the jar. */
public final class Version {

  private Version() {}

  public static String dovetail() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("the jar does not contain version.properties", e);
    }
    return properties.getProperty("version");
  }
}
