package dev.dovetail.models;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigFile;
import dev.dovetail.runtime.DerivedFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A model on the class path that can be opened by its name. Any jar may provide models in its
 * directory {@code META-INF/dovetail/models}: a text file {@code index} with one name per line and,
 * for each name, the config {@code NAME.json} and optionally the weights {@code NAME.safetensors}.
 *
 * @param name name of the model
 * @param config location of the config
 * @param weights location of the weights, if any
 */
public record BuiltInModel(String name, URI config, Optional<URI> weights) {

  private static final String FOLDER = "META-INF/dovetail/models/";
  private static final String INDEX = "index";
  private static final String WEIGHTS = ".safetensors";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /**
   * {@return all models on the class path, in the order of the jars}
   *
   * @throws IOException if a jar cannot be read
   * @throws ConfigException if an index lists a missing model, or two models have the same name
   */
  public static List<BuiltInModel> all() throws IOException {
    List<BuiltInModel> models = new ArrayList<>();
    for (URL index : resources(INDEX)) {
      String folder = index.toString().substring(0, index.toString().length() - INDEX.length());
      for (String name : names(index)) {
        BuiltInModel model =
            new BuiltInModel(
                name,
                beside(folder, name + ".json")
                    .orElseThrow(
                        () ->
                            new ConfigException(
                                index + " lists " + name + ", but there is no " + name + ".json")),
                beside(folder, name + WEIGHTS));
        for (BuiltInModel other : models) {
          if (other.name.equals(name)) {
            throw new ConfigException(
                "there are two built-in models '"
                    + name
                    + "': "
                    + other.config
                    + " and "
                    + model.config
                    + "; remove one of the jars");
          }
        }
        models.add(model);
      }
    }
    return List.copyOf(models);
  }

  /**
   * {@return the model with a name, if it exists}
   *
   * @throws IOException if a jar cannot be read
   * @throws ConfigException as for {@link #all}
   */
  public static Optional<BuiltInModel> find(String name) throws IOException {
    return all().stream().filter(model -> model.name.equals(name)).findFirst();
  }

  /**
   * {@return the config}
   *
   * @throws IOException if it cannot be read
   * @throws ConfigException if it is not a JSON object
   */
  public ObjectNode read() throws IOException {
    return ConfigFile.read(config.toURL());
  }

  /**
   * {@return the weights as a file, if any; weights in a jar are extracted to the cache directory
   * once}
   *
   * @throws IOException if they cannot be read or extracted
   */
  public Optional<Path> weightsFile() throws IOException {
    return weights.isEmpty()
        ? Optional.empty()
        : Optional.of(DerivedFiles.standard().unpacked(weights.get().toURL(), name + WEIGHTS));
  }

  private static List<String> names(URL index) throws IOException {
    String text;
    try (InputStream in = index.openStream()) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<String> names = text.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
    for (String name : names) {
      if (!NAME.matcher(name).matches()) {
        throw new ConfigException(
            index + " lists '" + name + "'; expected only letters, digits, '.', '_' and '-'");
      }
    }
    return names;
  }

  /** Returns the URL of a file in the same directory of the same jar. */
  private static Optional<URI> beside(String folder, String name) throws IOException {
    for (URL resource : resources(name)) {
      if (resource.toString().equals(folder + name)) {
        return Optional.of(URI.create(resource.toString()));
      }
    }
    return Optional.empty();
  }

  private static List<URL> resources(String name) throws IOException {
    ClassLoader loader =
        Objects.requireNonNullElseGet(
            Thread.currentThread().getContextClassLoader(), ClassLoader::getSystemClassLoader);
    return Collections.list(loader.getResources(FOLDER + name));
  }
}
