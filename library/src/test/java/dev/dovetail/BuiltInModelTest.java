package dev.dovetail;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.models.BuiltInModel;
import dev.dovetail.runtime.DerivedFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models on the class path, opened by name. */
class BuiltInModelTest {

  private static final String MODELS = "META-INF/dovetail/models/";

  @TempDir private Path folder;

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private final List<URLClassLoader> loaders = new ArrayList<>();

  /** The entries of a jar that contains a model. */
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  private TinyModel tiny;

  @BeforeEach
  void aModel() throws IOException {
    tiny = TinyModel.detector(folder, "sky", "cat", "dog");
    entries.put("index", "\n pocket-detector\n".getBytes(StandardCharsets.UTF_8));
    entries.put("pocket-detector.json", Files.readAllBytes(tiny.config()));
    entries.put("pocket-detector.safetensors", Files.readAllBytes(tiny.weights()));
  }

  @AfterEach
  void restoreTheClassPath() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    for (URLClassLoader loader : loaders) {
      loader.close();
    }
  }

  private void onTheClassPath(Path... places) throws IOException {
    URL[] urls = new URL[places.length];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = places[i].toUri().toURL();
    }
    URLClassLoader loader = new URLClassLoader(urls, before);
    loaders.add(loader);
    Thread.currentThread().setContextClassLoader(loader);
  }

  private Path jar(String name) throws IOException {
    Path jar = folder.resolve(name);
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(MODELS + entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return jar;
  }

  private String predicted(ModelBuilder builder) throws IOException {
    Path picture = TinyModel.picture(folder.resolve("photo.png"), 3, 50, 90);
    try (DovetailModel model = builder.open()) {
      return model.predict(picture).toJson();
    }
  }

  @Test
  void aModelInAJarIsOpenedByName() throws IOException {
    onTheClassPath(jar("models.jar"));
    String expected = predicted(tiny.builder());
    assertEquals(expected, predicted(Dovetail.model("pocket-detector")));
    assertEquals(expected, predicted(Dovetail.model("pocket-detector")), "a second time");
  }

  @Test
  void aModelInADirectoryOfTheClassPathIsReadInPlace() throws IOException {
    Path classes = folder.resolve("some classes");
    Files.createDirectories(classes.resolve(MODELS));
    for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
      Files.write(classes.resolve(MODELS).resolve(entry.getKey()), entry.getValue());
    }
    onTheClassPath(classes);
    assertEquals(
        classes.resolve(MODELS).resolve("pocket-detector.safetensors").toRealPath(),
        BuiltInModel.find("pocket-detector").orElseThrow().weightsFile().orElseThrow());
    assertEquals(predicted(tiny.builder()), predicted(Dovetail.model("pocket-detector")));
  }

  @Test
  void otherWeightsAndOverridesReplaceTheBuiltInOnes() throws IOException {
    onTheClassPath(jar("models.jar"));
    Path others = Files.createDirectory(folder.resolve("others"));
    TinyModel other = TinyModel.detector(others, "one", "two");
    ModelBuilder builder =
        Dovetail.model("pocket-detector").weights(other.weights()).set("head.classes=2");
    IOException e =
        assertThrows(
            IOException.class,
            () -> Dovetail.model("pocket-detector").weights(other.weights()).open());
    assertTrue(e.getMessage().contains("does not fit the model"), e.getMessage());
    assertNotEquals(
        predicted(Dovetail.model("pocket-detector")),
        predicted(builder.set("classes=[\"a\",\"b\"]")));
  }

  @Test
  void aDirectoryOfResultsDoesNotHideABuiltInModel() throws IOException {
    onTheClassPath(jar("models.jar"));
    // Files are relative to the working directory of the tests; the model name must take
    // precedence.
    assertTrue(BuiltInModel.find("pocket-detector").isPresent());
    assertTrue(BuiltInModel.find("./pocket-detector").isEmpty());
  }

  @Test
  void aBuiltInModelWithoutWeightsRequiresACheckpoint() throws IOException {
    entries.remove("pocket-detector.safetensors");
    onTheClassPath(jar("models.jar"));
    assertThrows(MissingWeightsException.class, () -> Dovetail.model("pocket-detector").open());
    assertEquals(
        predicted(tiny.builder()),
        predicted(Dovetail.model("pocket-detector").weights(tiny.weights())));
  }

  @Test
  void aSimilarNameIsSuggested() throws IOException {
    onTheClassPath(jar("models.jar"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Dovetail.model("pocket-detectr").open());
    assertTrue(e.getMessage().contains("did you mean 'pocket-detector'?"), e.getMessage());
  }

  @Test
  void weightsOfAnotherModelAreRejectedWithTheDifferences() throws IOException {
    Path others = Files.createDirectory(folder.resolve("others"));
    entries.put(
        "pocket-detector.safetensors",
        Files.readAllBytes(TinyModel.detector(others, "one", "two").weights()));
    onTheClassPath(jar("models.jar"));
    IOException e = assertThrows(IOException.class, () -> Dovetail.model("pocket-detector").open());
    assertTrue(e.getMessage().contains("fc_cls"), e.getMessage());
  }

  @Test
  void anIndexWithAMissingModelIsRejected() throws IOException {
    entries.remove("pocket-detector.json");
    onTheClassPath(jar("models.jar"));
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, BuiltInModel::all);
    assertTrue(e.getMessage().contains("models.jar!/" + MODELS + "index"), e.getMessage());
    assertTrue(e.getMessage().contains("no pocket-detector.json"), e.getMessage());
  }

  @Test
  void anInvalidNameIsRejected() throws IOException {
    List<String> names = List.of("../up", "a/b", "two words", ".hidden");
    for (String name : names) {
      entries.put("index", name.getBytes(StandardCharsets.UTF_8));
      onTheClassPath(jar(names.indexOf(name) + ".jar"));
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, BuiltInModel::all, name);
      assertTrue(e.getMessage().contains("'" + name + "'"), e.getMessage());
    }
  }

  @Test
  void twoModelsWithTheSameNameAreRejected() throws IOException {
    onTheClassPath(jar("one.jar"), jar("two.jar"));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Dovetail.model("pocket-detector").open());
    assertTrue(e.getMessage().contains("one.jar"), e.getMessage());
    assertTrue(e.getMessage().contains("two.jar"), e.getMessage());
  }

  @Test
  void aDamagedConfigIsReportedWithItsLine() throws IOException {
    entries.put("pocket-detector.json", "{\n  \"head\": \n}".getBytes(StandardCharsets.UTF_8));
    onTheClassPath(jar("models.jar"));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> Dovetail.model("pocket-detector").open());
    assertTrue(e.getMessage().contains("pocket-detector.json, line 3"), e.getMessage());
  }

  @Test
  void weightsAreUnpackedOnceAndAgainIfTheFileIsDamaged() throws IOException {
    onTheClassPath(jar("models.jar"));
    URL weights =
        BuiltInModel.find("pocket-detector").orElseThrow().weights().orElseThrow().toURL();
    DerivedFiles cache = new DerivedFiles(folder.resolve("cache"), Long.MAX_VALUE);
    Path file = cache.unpacked(weights, "pocket-detector.safetensors");
    byte[] expected = Files.readAllBytes(tiny.weights());
    assertEquals(-1, Files.mismatch(tiny.weights(), file));
    assertEquals(file, cache.unpacked(weights, "pocket-detector.safetensors"));
    byte[] damaged = expected.clone();
    damaged[damaged.length / 2] ^= 1;
    for (byte[] bytes : List.of(new byte[0], damaged)) {
      Files.write(file, bytes);
      assertEquals(file, cache.unpacked(weights, "pocket-detector.safetensors"));
      assertEquals(-1, Files.mismatch(tiny.weights(), file));
    }
    try (Stream<Path> files = Files.list(cache.folder())) {
      assertEquals(List.of(file), files.toList(), "nothing else is left");
    }
  }
}
