package dev.dovetail.runtime;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * The engine for each device: on a GPU one that a module brings, where its parts load, the official
 * ONNX Runtime otherwise and everywhere else.
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

  /** {@return the engine that plans on a device use} */
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
   * {@return which engine plans on a device use, and why not another, in one line; empty where
   * there is no choice}
   *
   * @param device where plans run
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

  /** {@return the engines that modules bring} */
  static List<Engine> brought() {
    return Brought.ALL;
  }
}
