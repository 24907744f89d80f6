package dev.dovetail.models.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reads timm's directories on Hugging Face according to the rules of timm's evaluation. */
class TimmHubTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir private Path folder;
  private final List<String> notes = new ArrayList<>();

  private JsonNode model(String keys) throws IOException {
    Files.writeString(folder.resolve("config.json"), "{" + keys.replace('\'', '"') + "}");
    PartRegistry registry = PartRegistry.load();
    return HuggingFaceDirectory.read(folder, registry).modelConfig(registry, notes::add);
  }

  private JsonNode preprocess(String pretrained) throws IOException {
    return model("'architecture':'resnet18','num_classes':3,'pretrained_cfg':{" + pretrained + "}")
        .get("preprocess");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'mean':null | {'scale':[256,256],'fit':'SHORT_EDGE','filter':'BICUBIC','crop':[224,224]}",
        "'input_size':[3,224,224],'crop_pct':0.95,'interpolation':'bilinear'"
            + " | {'scale':[235,235],'fit':'SHORT_EDGE','filter':'BILINEAR','crop':[224,224]}",
        "'input_size':[3,224,224],'crop_pct':1.0,'crop_mode':'squash','interpolation':'lanczos'"
            + " | {'scale':[224,224],'fit':'STRETCH','filter':'LANCZOS','crop':[224,224]}",
        "'input_size':[3,96,128],'crop_pct':0.9,'crop_mode':'squash'"
            + " | {'scale':[106,142],'fit':'STRETCH','filter':'BICUBIC','crop':[96,128]}",
        "'input_size':[3,64,64],'test_input_size':[3,96,96],'interpolation':'nearest'"
            + " | {'scale':[73,73],'fit':'SHORT_EDGE','filter':'NEAREST','crop':[64,64]}",
        "'mean':[0.5,0.25,0.125],'std':1 | {'mean':[127.5,63.75,31.875],'std':[255.0,255.0,255.0]}",
        "'size':1 | {'mean':[123.675,116.28,103.53],'std':[58.395,57.12,57.375],'rgb':true}",
      })
  void imagesArePreparedAsInTimm(String pretrained, String expected) throws IOException {
    JsonNode read = preprocess(pretrained);
    for (var e : JSON.readTree(expected.replace('\'', '"')).properties()) {
      assertEquals(e.getValue().toString(), read.get(e.getKey()).toString(), e.getKey());
    }
    assertEquals("HALF_EVEN", read.get("cropRounding").textValue());
  }

  @Test
  void oldDirectoriesHaveNoNestedObject() throws IOException {
    JsonNode read =
        model("'architecture':'resnet18','num_classes':3,'input_size':[3,64,64],'mean':0.5");
    assertEquals("[64,64]", read.get("preprocess").get("crop").toString());
    assertEquals(List.of(), notes);
  }

  @Test
  void aConfigWithoutPreprocessingReportsTheDefaults() throws IOException {
    model("'architecture':'resnet18','num_classes':3");
    assertEquals(1, notes.size());
    assertTrue(notes.get(0).contains("has neither pretrained_cfg nor input_size"), notes.get(0));
    assertTrue(notes.get(0).contains("\"scale\":[256,256]"), notes.get(0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'architecture':'resnet19' | 'architecture': unknown preset 'resnet19'",
        "'architecture':7 | 'architecture' is 7, expected a text",
        "'architecture':'resnet18','global_pool':'max' | 'global_pool' is \"max\", expected \"avg\"",
        "'architecture':'vit_base_patch16_224','global_pool':'avg' | 'global_pool' is \"avg\"",
        "'architecture':'resnet18','model_args':{'in_chans':1} | 'model_args' is",
        "'architecture':'resnet18','num_classes':'3' | 'num_classes' is \"3\", expected a whole",
        "'architecture':'resnet18','num_classes':3,'label_names':['ant'] | 'label_names' is",
        "'architecture':'resnet18','num_classes':3,'label_names':'ant' | 'label_names' is \"ant\"",
        "'architecture':'resnet18','pretrained_cfg':[] | 'pretrained_cfg' is [], expected an object",
      })
  void unreadableValuesAreRejectedByKey(String keys, String expected) {
    String message = assertThrows(ConfigException.class, () -> model(keys)).getMessage();
    assertTrue(message.startsWith(folder + "/config.json: "), message);
    assertTrue(message.contains(expected), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'interpolation':'cubic' | 'pretrained_cfg.interpolation' is \"cubic\"",
        "'interpolation':'opencv_linear' | 'pretrained_cfg.interpolation'",
        "'interpolation':3 | 'pretrained_cfg.interpolation' is 3",
        "'crop_mode':'border' | 'pretrained_cfg.crop_mode' is \"border\", expected \"center\" or",
        "'crop_pct':'0.9' | 'pretrained_cfg.crop_pct' is \"0.9\"",
        "'crop_pct':1.1 | 'pretrained_cfg.crop_pct' is 1.1, expected at most 1",
        "'crop_pct':0 | 'pretrained_cfg.crop_pct' is 0",
        "'input_size':[1,64,64] | 'pretrained_cfg.input_size' is [1,64,64], expected [3, height",
        "'input_size':224 | 'pretrained_cfg.input_size' is 224",
        "'input_size':[3,64,96] | 'pretrained_cfg.input_size' is [3,64,96], expected a square",
        "'mean':'imagenet' | 'pretrained_cfg.mean' is \"imagenet\"",
        "'std':[1,1,0] | 'pretrained_cfg.std' is [1,1,0], expected numbers above 0",
      })
  void unsupportedPreprocessingIsRejectedByKey(String pretrained, String expected) {
    String message = assertThrows(ConfigException.class, () -> preprocess(pretrained)).getMessage();
    assertTrue(message.contains(expected), message);
  }
}
