package dev.dovetail.cli;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;

/** Replaces the built-in models by models of a test, until it is closed. */
final class OwnModels implements AutoCloseable {

  private static final String MODELS = "META-INF/dovetail/models/";

  /** Classes and other resources are those of the program. */
  private static final class Loader extends URLClassLoader {

    Loader(Path folder, ClassLoader parent) throws IOException {
      super(new URL[] {folder.toUri().toURL()}, parent);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return name.startsWith(MODELS) ? findResources(name) : super.getResources(name);
    }
  }

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private final Path models;
  private final Loader loader;

  OwnModels(Path folder) throws IOException {
    models = Files.createDirectories(folder.resolve(MODELS));
    Files.createFile(models.resolve("index"));
    loader = new Loader(folder, before);
    Thread.currentThread().setContextClassLoader(loader);
  }

  /** Adds a model by name. */
  OwnModels with(String name, TinyModel model) throws IOException {
    Files.copy(model.weights(), models.resolve(name + ".safetensors"));
    return withoutWeights(name, model);
  }

  OwnModels withoutWeights(String name, TinyModel model) throws IOException {
    Path index = models.resolve("index");
    Files.writeString(index, Files.readString(index) + name + "\n");
    Files.copy(model.config(), models.resolve(name + ".json"));
    return this;
  }

  @Override
  public void close() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    loader.close();
  }
}
