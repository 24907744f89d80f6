package dev.dovetail.registry.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.registry.config.ConfigException;
import dev.dovetail.registry.config.ConfigTree;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelsTest {

  private static ConfigTree config(String keys) throws JsonProcessingException {
    String text = "{" + keys.replace('\'', '"') + "}";
    return ConfigTree.of((ObjectNode) JsonMapper.builder().build().readTree(text), "config.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'id2label': {'0': 'ant', '1': 'bee'} | ant bee",
        "'id2label': {'10': 'k', '0': 'a', '1': 'b', '2': 'c', '3': 'd', '4': 'e', '5': 'f', '6':"
            + " 'g', '7': 'h', '8': 'i', '9': 'j'} | a b c d e f g h i j k",
        "'id2label': {'0': 'crane', '1': 'crane'}, 'label2id': {'crane': 1} | crane crane",
        "'id2label': {'0': 'ant', '1': 'bee'}, 'label2id': {'ant': '0', 'bee': '1'} | ant bee",
        "'id2label': {'0': 0, '1': 1} | 0 1",
        "'label2id': {'bee': 1, 'ant': 0} | ant bee",
        "'id2label': null, 'num_labels': 3 | LABEL_0 LABEL_1 LABEL_2",
        "'num_labels': 2, 'id2label': {'0': 'ant', '1': 'bee'} | ant bee",
        "'x': 0 | LABEL_0 LABEL_1",
      })
  void everyUsualFormIsRead(String keys, String names) throws JsonProcessingException {
    assertEquals(List.of(names.split(" ")), Labels.of(config(keys)).names());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'id2label': {'0': 'ant', '2': 'bee'} | 'id2label' is {\"0\":\"ant\",\"2\":\"bee\"},"
            + " expected a name for each number from 0 to 1",
        "'id2label': {'1': 'ant', '2': 'bee'} | a name for each number from 0 to 1",
        "'id2label': {'0': 'ant', '00': 'bee'} | 'id2label.00' is \"bee\", expected each number",
        "'id2label': {'ant': 0, 'bee': 1} | 'id2label.ant' is 0, expected a whole number as key",
        "'id2label': {'0': null} | 'id2label.0' is null",
        "'id2label': {'-1': 'ant'} | 'id2label.-1' is \"ant\"",
        "'id2label': ['ant', 'bee'] | 'id2label' is [\"ant\",\"bee\"], expected an object",
        "'id2label': {} | 'id2label' is {}, expected a name for each class",
        "'id2label': {'0': 'ant'}, 'num_labels': 2 | 'num_labels' is 2, expected 1",
        "'id2label': {'0': 'ant'}, 'num_labels': '1' | 'num_labels' is \"1\"",
        "'id2label': {'0': 'ant', '1': 'bee'}, 'label2id': {'ant': 1} | 'label2id.ant' is 1",
        "'id2label': {'0': 'ant'}, 'label2id': {'bee': 0} | 'label2id.bee' is 0",
        "'id2label': {'0': 'ant'}, 'label2id': {'ant': true} | 'label2id.ant' is true, expected a",
        "'label2id': {'ant': 0, 'bee': 3} | 'label2id' is",
      })
  void contradictionsAreRefusedByTheirKey(String keys, String expected) {
    String message =
        assertThrows(ConfigException.class, () -> Labels.of(config(keys))).getMessage();
    assertTrue(message.startsWith("config.json: "), message);
    assertTrue(message.contains(expected), message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'problem_type': 'multi_label_classification' | 'problem_type'",
        "'problem_type': 'regression' | 'problem_type'",
        "'id2label': {'0': 'ant'} | 'id2label'",
      })
  void classifiersWhoseScoresAreNoSoftmaxAreRefused(String keys, String key) {
    String all = "'architectures': ['ViTForImageClassification'], " + keys;
    String message =
        assertThrows(ConfigException.class, () -> Labels.ofClassifier(config(all))).getMessage();
    assertTrue(message.contains(key), message);
  }
}
