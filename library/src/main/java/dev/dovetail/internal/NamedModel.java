package dev.dovetail.internal;

import dev.dovetail.files.DataFolder;
import dev.dovetail.files.DidYouMean;
import dev.dovetail.files.HttpFile;
import dev.dovetail.models.BuiltInModel;
import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.models.PresetConfig;
import dev.dovetail.models.huggingface.HuggingFaceDirectory;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A model specified by name: a built-in model, a config file or the name of a config in {@code
 * configs}, a Hugging Face directory, or a backbone preset.
 *
 * @param config the validated config
 * @param directory the Hugging Face directory, if it is one; it includes the weights
 * @param builtIn the built-in model, if it is one; it usually includes the weights
 */
public record NamedModel(
    ModelConfig config, Optional<HuggingFaceDirectory> directory, Optional<BuiltInModel> builtIn) {

  private NamedModel(ModelConfig config) {
    this(config, Optional.empty(), Optional.empty());
  }

  /**
   * Finds and reads a model.
   *
   * @param overrides config overrides of the form {@code key=value}
   * @param notes receives notes about details of image preprocessing that the model's files omit
   * @throws IOException if a file cannot be read
   * @throws ConfigException if there is no such model, or its config is invalid
   */
  public static NamedModel find(String name, List<String> overrides, Consumer<String> notes)
      throws IOException {
    PartRegistry registry = PartRegistry.load();
    List<BuiltInModel> builtIn = BuiltInModel.all();
    // Checked before files: a directory of results with the model's name must not hide it.
    for (BuiltInModel model : builtIn) {
      if (model.name().equals(name)) {
        ModelConfig config = ModelConfig.of(model.read(), name, overrides, registry);
        return new NamedModel(config, Optional.empty(), Optional.of(model));
      }
    }
    Path path = path(name);
    if (HuggingFaceDirectory.is(path)) {
      HuggingFaceDirectory directory = HuggingFaceDirectory.read(path, registry);
      ModelConfig config =
          ModelConfig.of(
              directory.modelConfig(registry, task(overrides), notes), name, overrides, registry);
      return new NamedModel(config, Optional.of(directory), Optional.empty());
    }
    Optional<Path> file = config(name);
    if (file.isPresent()) {
      return new NamedModel(ModelConfig.read(file.get(), overrides, registry));
    }
    for (Preset preset : registry.presets()) {
      if (preset.name().equals(name)) {
        return new NamedModel(ModelConfig.of(PresetConfig.of(preset), name, overrides, registry));
      }
    }
    throw unknown(name, builtIn, registry);
  }

  /**
   * Returns the task in the overrides, which selects the sections of a directory's config; empty if
   * there is none.
   */
  private static String task(List<String> overrides) {
    return overrides.stream()
        .map(o -> o.split("=", 2))
        .filter(o -> o.length == 2 && o[0].strip().equals("task"))
        .map(o -> o[1])
        .reduce("", (first, last) -> last);
  }

  private static Path path(String name) {
    try {
      return Path.of(name);
    } catch (InvalidPathException e) {
      throw new ConfigException("'" + name + "' is not a valid path: " + e.getReason());
    }
  }

  private static Path home() {
    return Path.of(System.getProperty("dovetail.home", "."));
  }

  private static Optional<Path> config(String name) {
    Path configs = configs();
    return Stream.of(
            Path.of(name),
            home().resolve(name),
            configs.resolve(name),
            configs.resolve(name + ".json"))
        .filter(file -> Files.exists(file) && !Files.isDirectory(file))
        .findFirst();
  }

  private static ConfigException unknown(
      String name, List<BuiltInModel> builtIn, PartRegistry registry) throws IOException {
    if (Files.isDirectory(Path.of(name))) {
      return new ConfigException(name + " is a directory without a config.json");
    }
    if (name.startsWith("hf:") || HttpFile.isUrl(name)) {
      return new ConfigException(name + " are weights; specify a config, and --weights " + name);
    }
    Path configs = configs();
    List<String> names = new ArrayList<>();
    builtIn.forEach(model -> names.add(model.name()));
    names.addAll(configNames());
    registry.presets().forEach(preset -> names.add(preset.name()));
    String hint =
        Stream.of(
                DidYouMean.near(Path.of(name)),
                DidYouMean.near(home().resolve(name)),
                DidYouMean.near(name.replaceFirst("\\.json$", ""), names))
            .filter(near -> !near.isEmpty())
            .findFirst()
            .orElse("");
    return new ConfigException(
        "no such config: "
            + name
            + hint
            + "; that name is neither a config in "
            + configs
            + " nor a built-in model or backbone ('dovetail list' shows them)");
  }

  private static Path configs() {
    return home().resolve("configs").normalize();
  }

  /**
   * Returns the names of the configs in {@code configs}, sorted.
   *
   * @throws IOException if the directory cannot be listed
   */
  public static List<String> configNames() throws IOException {
    Path configs = configs();
    if (!Files.isDirectory(configs)) {
      return List.of();
    }
    return DataFolder.files(configs).stream()
        .filter(file -> DataFolder.hasEnding(file, List.of("json")))
        .map(file -> DataFolder.stem(configs, file))
        .toList();
  }

  /**
   * Returns the weights that the model includes.
   *
   * @throws IOException if they are in a jar and cannot be unpacked
   */
  public Optional<Path> ownWeights() throws IOException {
    return builtIn.isPresent()
        ? builtIn.get().weightsFile()
        : directory.map(HuggingFaceDirectory::folder);
  }
}
