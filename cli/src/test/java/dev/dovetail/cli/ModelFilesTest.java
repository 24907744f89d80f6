package dev.dovetail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.semantic.LabelMap;
import dev.dovetail.formats.semantic.LabelPng;
import dev.dovetail.testing.SharedFolder;
import dev.dovetail.weights.Checkpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The settings in a directory's files affect the results of commands, or a message reports that
 * they do not.
 */
@Tag("slow")
class ModelFilesTest {

  private static final int CLASSES = 5;
  private static final Size SIZE = new Size(40, 56);

  @TempDir private Path folder;

  private Path directory(String name, String config, String processor) throws IOException {
    Path directory = Files.createDirectories(folder.resolve(name));
    Files.writeString(directory.resolve("config.json"), config.replace('\'', '"'));
    if (!processor.isEmpty()) {
      Files.writeString(
          directory.resolve("preprocessor_config.json"), processor.replace('\'', '"'));
    }
    TinyModel.initialise(directory);
    return directory;
  }

  private Path classifier(String processor) throws IOException {
    return directory(
        "classifier",
        "{'model_type':'vit','architectures':['ViTForImageClassification'],'hidden_size':24,"
            + "'num_hidden_layers':2,'num_attention_heads':2,'intermediate_size':48,"
            + "'image_size':32,'patch_size':8,'num_labels':4}",
        processor);
  }

  private Path segmenter(String name, String processor) throws IOException {
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < CLASSES; i++) {
      labels.append(i == 0 ? "" : ",").append("'" + i + "':'class " + i + "'");
    }
    return directory(
        name,
        "{'model_type':'segformer','architectures':['SegformerForSemanticSegmentation'],"
            + "'depths':[1,1,1,1],'hidden_sizes':[8,16,40,64],'decoder_hidden_size':16,'id2label':{"
            + labels
            + "}}",
        processor);
  }

  @Test
  void aDirectoryWithoutAProcessorRunsWithAWarningAboutAssumedValues() throws IOException {
    Path model = classifier("");
    Path photo = folder.resolve("photo.png");
    TinyModel.picture(photo, 50, 70);
    CommandLineRun predicted = CommandLineRun.of("predict", model, photo, "--json").succeeded();
    assertTrue(
        predicted
            .err()
            .contains("dovetail: warning: " + model + " has no preprocessor_config.json"),
        predicted.err());
    assertTrue(predicted.err().contains("\"scale\":[32,32]"), predicted.err());
    JsonNode found = new ObjectMapper().readTree(predicted.out()).get(0).get("classes");
    assertEquals("LABEL_", found.get(0).get("name").asText().substring(0, 6));
    // Tensors are not preprocessed, so that no assumption is needed.
    assertFalse(CommandLineRun.of("inspect", model).succeeded().err().contains("warning"));
  }

  @Test
  void explicitDefaultsHaveTheSameResultsAndOtherValuesHaveOthers() throws IOException {
    Path photo = folder.resolve("photo.png");
    TinyModel.picture(photo, 50, 70);
    String size = "{'size':32";
    String expected = scores(classifier(size + "}"), photo);
    for (String same :
        new String[] {
          size + ",'image_mean':0.5,'image_std':[0.5,0.5,0.5]}",
          size + ",'image_mean':null,'do_normalize':true}",
          "{'size':[32,32],'image_processor_type':'ViTImageProcessorFast'}",
          "{'size':{'height':32,'width':32},'resample':'bilinear'}"
        }) {
      assertEquals(expected, scores(classifier(same), photo), same);
    }
    for (String other :
        new String[] {
          size + ",'image_mean':0.25}",
          size + ",'do_normalize':false}",
          size + ",'resample':0}",
          size + ",'rescale_factor':0.01}",
          "{'size':{'shortest_edge':32}}",
          "{'do_resize':false}"
        }) {
      assertFalse(expected.equals(scores(classifier(other), photo)), other);
    }
  }

  private static String scores(Path model, Path photo) {
    CommandLineRun run = CommandLineRun.of("predict", model, photo, "--json").succeeded();
    assertEquals("", run.err());
    return run.out();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'do_reduce_labels':true | true",
        "'reduce_labels':true | true",
        "'do_reduce_labels':false | false",
        "'do_resize':true | false",
      })
  void reducedLabelsAreScoredAsTheProcessorSays(String key, boolean reduced) throws IOException {
    Path model = segmenter("model", "{'size':{'height':64,'width':64}," + key + "}");
    Path images = Files.createDirectories(folder.resolve("images"));
    Path maps = Files.createDirectories(folder.resolve("maps"));
    TinyModel.picture(images.resolve("a.png"), SIZE.height(), SIZE.width());
    byte[] truth = new byte[(int) SIZE.pixels()];
    Random random = new Random(5);
    for (int i = 0; i < truth.length; i++) {
      truth[i] = (byte) random.nextInt(CLASSES + (reduced ? 1 : 0));
    }
    LabelPng.write(maps.resolve("a.png"), new LabelMap.Bytes(SIZE, truth));
    Path out = folder.resolve("out");
    CommandLineRun.of("eval", model, "--images", images, "--annotations", maps, "--out", out)
        .succeeded();
    LabelMap predicted = LabelPng.read(out.resolve("label_maps/a.png"));
    int right = 0;
    int counted = 0;
    for (int i = 0; i < truth.length; i++) {
      int label = truth[i] - (reduced ? 1 : 0);
      counted += label < 0 ? 0 : 1;
      right += label == predicted.at(i) ? 1 : 0;
    }
    JsonNode metrics = new ObjectMapper().readTree(out.resolve("metrics.json").toFile());
    assertEquals((double) right / counted, metrics.get("metrics").get("aAcc").doubleValue(), 1e-12);
  }

  @Test
  void segmentationLogitsAreResizedDirectlyToTheOriginalSizeAsInTransformers() throws IOException {
    Path fixture = SharedFolder.require("fixtures/heads/segformer");
    Path out = folder.resolve("out");
    CommandLineRun.of("predict", fixture, fixture.resolve("image.png"), "--out", out).succeeded();
    LabelMap got = LabelPng.read(out.resolve("image.labels.png"));
    try (Checkpoint outputs = Checkpoint.open(fixture.resolve("outputs.safetensors"))) {
      long[] want = outputs.tensors().get("post").longs();
      assertEquals(want.length, got.size().pixels());
      int differing = 0;
      for (int i = 0; i < want.length; i++) {
        differing += want[i] == got.at(i) ? 0 : 1;
      }
      assertEquals(0, differing, "pixels have another class");
    }
  }
}
