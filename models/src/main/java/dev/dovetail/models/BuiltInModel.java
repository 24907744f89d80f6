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
 * A model on the class path that is opened by its name. Any jar may bring some, in its folder
 * {@code META-INF/dovetail/models}: a text {@code index} with one name a line, for each name its
 * config {@code NAME.json}, and {@code NAME.safetensors} where it has weights.
 *
 * @param name what users call it
 * @param config where its config is
 * @param weights where its weights are, if it has some
 */
public record BuiltInModel(String name, URI config, Optional<URI> weights) {

  private static final String FOLDER = "META-INF/dovetail/models/";
  private static final String INDEX = "index";
  private static final String WEIGHTS = ".safetensors";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  /**
   * {@return all that are on the class path, by the order of the jars}
   *
   * @throws IOException if a jar cannot be read
   * @throws ConfigException if an index names what is not there, or two models have one name
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
                    + "; take one of the jars away");
          }
        }
        models.add(model);
      }
    }
    return List.copyOf(models);
  }

  /**
   * {@return the model of a name, if there is one}
   *
   * @throws IOException if a jar cannot be read
   * @throws ConfigException as for {@link #all}
   */
  public static Optional<BuiltInModel> find(String name) throws IOException {
    return all().stream().filter(model -> model.name.equals(name)).findFirst();
  }

  /**
   * {@return its config}
   *
   * @throws IOException if it cannot be read
   * @throws ConfigException if it is not a JSON object
   */
  public ObjectNode read() throws IOException {
    return ConfigFile.read(config.toURL());
  }

  /**
   * {@return its weights as a file, if it has some: those of a jar are unpacked into the cache
   * folder once}
   *
   * @throws IOException if they cannot be read or unpacked
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
            index + " lists '" + name + "'; a name has letters, digits and . _ - alone");
      }
    }
    return names;
  }

  /** The file of a name in the same folder of the same jar. */
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
