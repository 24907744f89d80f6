package dev.dovetail.internal;

import dev.dovetail.models.ModelConfig;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.models.PresetConfig;
import dev.dovetail.models.huggingface.HuggingFaceDirectory;
import dev.dovetail.registry.Preset;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.DidYouMean;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A model that a user names: a config or the name of one below {@code configs}, a Hugging Face
 * directory, or the name of a backbone's preset.
 *
 * @param config read and checked
 * @param directory if it is one of Hugging Face's, which has its own weights
 */
public record NamedModel(ModelConfig config, Optional<HuggingFaceDirectory> directory) {

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
    Path path = path(name);
    if (HuggingFaceDirectory.is(path)) {
      HuggingFaceDirectory directory = HuggingFaceDirectory.read(path, registry);
      ModelConfig config =
          ModelConfig.of(directory.modelConfig(registry, notes), name, overrides, registry);
      return new NamedModel(config, Optional.of(directory));
    }
    Optional<Path> file = config(name);
    if (file.isPresent()) {
      return new NamedModel(ModelConfig.read(file.get(), overrides, registry), Optional.empty());
    }
    Preset preset =
        registry.presets().stream()
            .filter(p -> p.name().equals(name))
            .findFirst()
            .orElseThrow(() -> unknown(name, registry));
    return new NamedModel(
        ModelConfig.of(PresetConfig.of(preset), name, overrides, registry), Optional.empty());
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
    Path configs = home().resolve("configs");
    return Stream.of(
            Path.of(name),
            home().resolve(name),
            configs.resolve(name),
            configs.resolve(name + ".json"))
        .filter(file -> Files.exists(file) && !Files.isDirectory(file))
        .findFirst();
  }

  private static ConfigException unknown(String name, PartRegistry registry) {
    List<String> presets = registry.presets().stream().map(Preset::name).toList();
    return new ConfigException(
        Files.isDirectory(Path.of(name))
            ? name + " is a folder without a config.json"
            : "no such config: "
                + name
                + "; there is none of that name below "
                + home().resolve("configs").normalize()
                + ", and no backbone of that name"
                + DidYouMean.near(name, presets));
  }

  /** The weights that come with the model itself. */
  public Optional<Path> ownWeights() {
    return directory.map(HuggingFaceDirectory::folder);
  }
}
