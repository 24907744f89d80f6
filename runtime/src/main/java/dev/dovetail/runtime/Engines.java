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
   * {@return which engine plans on a GPU use, and why, in one line}
   *
   * @param device a GPU
   */
  public static String describe(Device.Cuda device) {
    Engine used = of(device);
    StringBuilder line = new StringBuilder(used.describe());
    for (Engine engine : Brought.ALL) {
      Optional<String> problem = engine.problem(device);
      problem.ifPresent(p -> line.append("; not ").append(engine.describe()).append(": ").append(p));
    }
    return line.toString();
  }

  /** {@return the engines that modules bring} */
  static List<Engine> brought() {
    return Brought.ALL;
  }
}
