package dev.dovetail.cli;

import com.sun.management.OperatingSystemMXBean;
import dev.dovetail.cli.console.UsageException;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.models.LoadedModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.models.config.ConfigException;
import dev.dovetail.runtime.Device;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that name a model and say where it runs. */
final class ModelOptions {

  @Parameters(
      index = "0",
      paramLabel = "CONFIG",
      description = "a JSON config, or the name of one below configs/")
  private String config;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "override a value of the config, such as head.classes=3; may be repeated")
  private List<String> overrides = new ArrayList<>();

  /** Reads and checks the config. */
  ModelConfig config() throws IOException {
    return ModelConfig.read(find(config), overrides, PartRegistry.load());
  }

  private static Path find(String name) {
    String home = System.getProperty("dovetail.home", ".");
    List<Path> candidates =
        List.of(
            Path.of(name),
            Path.of(home).resolve(name),
            Path.of(home).resolve("configs").resolve(name),
            Path.of(home).resolve("configs").resolve(name + ".json"));
    return candidates.stream()
        .filter(Files::isRegularFile)
        .findFirst()
        .orElseThrow(
            () ->
                new ConfigException(
                    "there is no config "
                        + name
                        + ", nor one of that name below "
                        + Path.of(home).resolve("configs").normalize()));
  }

  /** The options that say which weights a model gets. */
  static final class Weights {

    @Option(
        names = "--weights",
        required = true,
        paramLabel = "W",
        description = "the checkpoint: .pth, .safetensors, .npz, or a folder with an index")
    private Path file;

    @Option(
        names = "--allow-missing",
        description =
            "initialise what the checkpoint lacks and leave out what the model does not know")
    private boolean allowMissing;

    LoadedModel open(ModelConfig config) throws IOException {
      return LoadedModel.open(config.model(), file, allowMissing);
    }
  }

  /** The options that say where and how a model computes. */
  static final class Where {

    @Option(
        names = "--device",
        paramLabel = "D",
        defaultValue = "cpu",
        description = "cpu, cuda or cuda:N (default: ${DEFAULT-VALUE})")
    private String device;

    @Option(
        names = "--precision",
        paramLabel = "P",
        defaultValue = "fp32",
        description = "fp32 or fp16 (default: ${DEFAULT-VALUE})")
    private Precision precision;

    Settings settings() {
      try {
        return Settings.on(Device.parse(device), precision);
      } catch (IllegalArgumentException e) {
        throw new UsageException("--device: " + e.getMessage());
      }
    }
  }

  /** The option that bounds the memory of compiled plans, where a run has several. */
  static final class PlanMemory {

    @Option(
        names = "--plan-memory",
        paramLabel = "GB",
        description =
            "how much the compiled plans of all image sizes may take together (default: half of"
                + " the machine's memory)")
    private Double gigabytes;

    /** Bytes that compiled plans may take together. */
    long bytes() {
      if (gigabytes == null) {
        OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getTotalMemorySize() / 2;
      }
      if (!(gigabytes > 0)) {
        throw new UsageException("--plan-memory " + gigabytes + ": expected a number above 0");
      }
      return (long) (gigabytes * (1L << 30));
    }
  }
}
