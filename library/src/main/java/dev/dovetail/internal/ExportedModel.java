package dev.dovetail.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.Shape;
import dev.dovetail.graph.onnx.Precision;
import dev.dovetail.images.Preparation;
import dev.dovetail.models.Model;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.runtime.Plan;
import dev.dovetail.runtime.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A loaded file that Dovetail exported. Its metadata contains the config, which specifies the task,
 * classes and preprocessing. Image size and batch size are fixed.
 *
 * @param plan the only plan of the file
 * @param classes the class names; empty if they are unknown
 * @param origin the source of its weights
 * @param settings the settings it runs with; the precision is that of the file
 */
public record ExportedModel(
    Plan plan, ModelConfig config, List<String> classes, Weights origin, Settings settings)
    implements AutoCloseable {

  /** The metadata key of the precision. */
  static final String PRECISION = "precision";

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Weights inside the file. The metadata contains the hash of their original checkpoint. */
  private record Inside(Path path, String sha256) implements Weights {}

  /** Copies the names. */
  public ExportedModel {
    classes = List.copyOf(classes);
  }

  /** Returns whether a name is the path of an ONNX file. */
  public static boolean is(String name) {
    return name.toLowerCase(Locale.ROOT).endsWith(".onnx") && Files.isRegularFile(Path.of(name));
  }

  /**
   * Loads a file.
   *
   * @throws IOException if the file cannot be loaded, or is not a whole model that Dovetail
   *     exported
   * @throws IllegalArgumentException if half precision is requested for a float32 file
   */
  public static ExportedModel read(Path file, Settings settings) throws IOException {
    Plan plan = Plan.open(file, settings);
    try {
      Map<String, String> facts = plan.metadata();
      if (!facts.containsKey("config") || !plan.inputs().containsKey("image")) {
        throw new IOException(
            file
                + (facts.containsKey("config")
                    ? " was exported with --raw: it takes normalized pixels; export the whole model"
                    : " was not exported by Dovetail: its metadata has no 'config'"));
      }
      ModelConfig config =
          ModelConfig.of(
              (ObjectNode) JSON.readTree(facts.get("config")),
              file.toString(),
              List.of(),
              PartRegistry.load());
      List<String> classes =
          JSON.readValue(facts.getOrDefault("classes", "[]"), new TypeReference<>() {});
      Weights origin = new Inside(file, facts.getOrDefault("checkpoint_sha256", ""));
      Settings own = Settings.on(settings.device(), precision(file, facts, settings));
      return new ExportedModel(plan, config, classes, origin, own.threads(settings.threads()));
    } catch (JsonProcessingException e) {
      plan.close();
      throw new IOException(file + ": its metadata is damaged: " + e.getOriginalMessage(), e);
    } catch (IOException | RuntimeException e) {
      plan.close();
      throw e;
    }
  }

  /** Returns the precision of the file. Earlier versions did not store it. */
  private static Precision precision(Path file, Map<String, String> facts, Settings settings) {
    String written = facts.get(PRECISION);
    Precision own = written == null ? settings.precision() : Precision.valueOf(written);
    if (settings.precision() != Precision.FP32 && own != settings.precision()) {
      throw new IllegalArgumentException(
          file + " computes in " + own.label() + "; export it in " + settings.precision().label());
    }
    return own;
  }

  /** Returns the batch size. */
  public int batch() {
    return image().dim(0);
  }

  /** Returns the size of the network's input. */
  public Size size() {
    return new Size(image().dim(1), image().dim(2));
  }

  private Shape image() {
    return plan.inputs().get("image").shape();
  }

  /** Returns the model, ready to run. Closing it closes this file. */
  public OpenModel<?> open() {
    return open(config.model());
  }

  private <R> OpenModel<R> open(Model<?, R> model) {
    Preparation preparation = model.preprocess().preparation(size());
    Session<R> session =
        new Session<>(
            model.task(),
            Views.once(model.task(), preparation),
            new FilePlan(plan, batch(), size()),
            OptionalInt.of(batch()));
    return new OpenModel<>(session, classes, config, origin, Optional.empty(), settings);
  }

  @Override
  public void close() {
    plan.close();
  }
}
