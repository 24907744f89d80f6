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
 * A model that a user names: a built-in one, a config or the name of one below {@code configs}, a
 * Hugging Face directory, or the name of a backbone's preset.
 *
 * @param config read and checked
 * @param directory if it is one of Hugging Face's, which has its own weights
 * @param builtIn if it is on the class path, mostly with its weights
 */
public record NamedModel(
    ModelConfig config, Optional<HuggingFaceDirectory> directory, Optional<BuiltInModel> builtIn) {

  private NamedModel(ModelConfig config) {
    this(config, Optional.empty(), Optional.empty());
  }

  /**
   * Finds and reads a model.
   *
   * @param overrides {@code key=value} each, laid over the config
   * @param notes takes sentences about what the model's files do not say of images and had to be
   *     assumed
   * @throws IOException if a file cannot be read
   * @throws ConfigException if there is no such model, or its config is wrong
   */
  public static NamedModel find(String name, List<String> overrides, Consumer<String> notes)
      throws IOException {
    PartRegistry registry = PartRegistry.load();
    List<BuiltInModel> builtIn = BuiltInModel.all();
    // Before files, so that a folder of results called like the model does not hide it.
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

  /** The task that overrides choose, whose sections a directory then has; empty if they do not. */
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
      throw new ConfigException("'" + name + "' can be no file: " + e.getReason());
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
      return new ConfigException(name + " is a folder without a config.json");
    }
    if (name.startsWith("hf:") || HttpFile.isUrl(name)) {
      return new ConfigException(
          name + " names weights: name a config in its place, and --weights " + name);
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
            + "; there is none of that name below "
            + configs
            + ", and no built-in model or backbone of that name ('dovetail list' shows them)");
  }

  private static Path configs() {
    return home().resolve("configs").normalize();
  }

  /**
   * The names of the configs below {@code configs}, sorted.
   *
   * @throws IOException if the folder cannot be listed
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
   * The weights that come with the model itself.
   *
   * @throws IOException if they are in a jar and cannot be unpacked
   */
  public Optional<Path> ownWeights() throws IOException {
    return builtIn.isPresent()
        ? builtIn.get().weightsFile()
        : directory.map(HuggingFaceDirectory::folder);
  }
}
