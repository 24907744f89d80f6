package dev.dovetail.runtime;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Selects the engine for each device. On a GPU this is an engine of another module, if its
 * libraries can be loaded. In all other cases it is the official ONNX Runtime.
 */
public final class Engines {

  private static final Engine OFFICIAL = new OfficialEngine();

  private Engines() {}

  private static final class Brought {
    static final List<Engine> ALL =
        ServiceLoader.load(Engine.class, Engines.class.getClassLoader()).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
  }

  /** {@return the engine for a device} */
  static Engine of(Device device) {
    if (device instanceof Device.Cpu) {
      return OFFICIAL;
    }
    return Brought.ALL.stream()
        .filter(e -> e.problem(device).isEmpty())
        .findFirst()
        .orElse(OFFICIAL);
  }

  /**
   * {@return which engine a device uses, and why other engines are not used, in one line; empty if
   * there is only one engine}
   *
   * @param device the device to run on
   */
  public static Optional<String> choice(Device device) {
    if (device instanceof Device.Cpu || Brought.ALL.isEmpty()) {
      return Optional.empty();
    }
    StringBuilder line = new StringBuilder(device + " uses " + of(device).describe());
    for (Engine engine : Brought.ALL) {
      engine
          .problem(device)
          .ifPresent(p -> line.append(", not ").append(engine.describe()).append(": ").append(p));
    }
    return Optional.of(line.toString());
  }

  /** {@return the engines of other modules} */
  static List<Engine> brought() {
    return Brought.ALL;
  }
}
