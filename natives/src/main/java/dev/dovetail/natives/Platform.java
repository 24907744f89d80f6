package dev.dovetail.natives;

import java.util.Locale;

/**
 * A platform that native libraries are built for.
 *
 * @param system {@code linux}, {@code osx} or {@code windows}; other systems have Java's name
 * @param processor {@code x86_64} or {@code aarch64}; other architectures have Java's name
 */
public record Platform(String system, String processor) {

  /**
   * Returns the platform of this machine.
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
