package dev.dovetail.natives;

import java.util.Locale;

/**
 * What native libraries are built for.
 *
 * @param system {@code linux}, {@code osx} or {@code windows}; another as Java calls it
 * @param processor {@code x86_64} or {@code aarch64}; another as Java calls it
 */
public record Platform(String system, String processor) {

  /**
   * That of this machine.
   *
   * @return this machine's platform
   */
  public static Platform current() {
    return of(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  static Platform of(String name, String architecture) {
    String system = name.toLowerCase(Locale.ROOT);
    if (system.startsWith("mac")) {
      system = "osx";
    } else if (system.startsWith("windows")) {
      system = "windows";
    }
    String processor = architecture.toLowerCase(Locale.ROOT);
    return new Platform(
        system,
        switch (processor) {
          case "amd64" -> "x86_64";
          case "arm64" -> "aarch64";
          default -> processor;
        });
  }
}
