package dev.dovetail.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import dev.dovetail.natives.Platform;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnnxRuntimeLibraryTest {

  private static final Platform LINUX = new Platform("linux", "x86_64");
  private static final Platform MACOS = new Platform("osx", "aarch64");
  private static final Platform WINDOWS = new Platform("windows", "x86_64");

  /** The core libraries for all systems. Provider libraries are large and need the core. */
  private static final Pattern CORES =
      Pattern.compile("ai/onnxruntime/native/[^/]+/(lib)?onnxruntime(4j_jni)?\\.(so|dylib|dll)");

  /** A string that identifies each system's networking library, as used by ONNX Runtime 1.29. */
  private static final List<String> CONNECTIONS =
      List.of("\0connect\0", "\0_connect\0", "\0getaddrinfo\0", "NSURLSession", "WS2_32.dll");

  private static Optional<String> reports(String version, Platform platform, String... variable) {
    Map<String, String> environment =
        variable.length == 0 ? Map.of() : Map.of(variable[0], variable[1]);
    return OnnxRuntimeLibrary.reports(version, environment, platform);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.20.1", "1.28.0", "1.28.7"})
  void versionsWithoutTelemetryAreAccepted(String version) {
    assertEquals(Optional.empty(), reports(version, LINUX));
    assertEquals(Optional.empty(), reports(version, MACOS));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.29.0", "1.29.0-dev", "1.100.0", "2.0.0", "of unknown version", ""})
  void versionsWithTelemetryAreRejectedUnlessTheEnvironmentDisablesIt(String version) {
    for (Platform platform : List.of(LINUX, MACOS)) {
      String sentence = reports(version, platform).orElseThrow();
      assertTrue(sentence.startsWith("ONNX Runtime " + version + " "), sentence);
      assertTrue(sentence.contains("set ORT_DISABLE_TELEMETRY=1"), sentence);
      assertEquals(Optional.empty(), reports(version, platform, "ORT_DISABLE_TELEMETRY", "1"));
      assertTrue(reports(version, platform, "ORT_DISABLE_TELEMETRY", "0").isPresent());
      assertTrue(
          reports(version, platform, "CI", "true").isPresent(), "CI does not disable telemetry");
    }
    assertEquals(
        Optional.empty(), reports(version, WINDOWS), "there is no telemetry on this system");
  }

  @Test
  void theLibraryOnTheClassPathCannotOpenConnectionsOnAnySystem() throws Exception {
    Path jar =
        Path.of(OrtEnvironment.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    int looked = 0;
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
        if (CORES.matcher(entry.getName()).matches()) {
          looked++;
          try (InputStream in = file.getInputStream(entry)) {
            String bytes = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
            for (String name : CONNECTIONS) {
              assertFalse(bytes.contains(name), () -> entry.getName() + " uses " + name.strip());
            }
          }
        }
      }
    }
    assertTrue(looked >= 4, "expected two libraries per system");
  }

  @Test
  void theUnpackedLibraryIsLoadedAndNoPropertyRemainsSet() {
    assertEquals(OnnxRuntimeLibrary.environment().getVersion(), Plan.runtimeVersion());
    assertNull(System.getProperty("onnxruntime.native.path"));
    String whereabouts = OnnxRuntimeLibrary.whereabouts();
    assertTrue(whereabouts.matches("(in|unpacked at every start into) .*"), whereabouts);
  }
}
