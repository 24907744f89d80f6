package dev.dovetail.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class DovetailModelTest {

  private static final StructType IMAGES =
      new StructType().add("path", DataTypes.StringType).add("content", DataTypes.BinaryType);

  @Test
  void everyParameterHasASetterAndDocumentation() {
    DovetailModel model = new DovetailModel();
    Set<String> setters =
        Arrays.stream(DovetailModel.class.getMethods())
            .map(m -> m.getName())
            .collect(Collectors.toSet());
    assertEquals(14, model.params().length);
    for (Param<?> param : model.params()) {
      String name = param.name();
      assertTrue(
          setters.contains(
              "set" + name.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + name.substring(1)),
          name);
      assertTrue(!param.doc().isBlank(), name);
    }
  }

  @Test
  void aCopyHasTheSameParametersAndTheExtraOnes() {
    DovetailModel model = new DovetailModel().setModel("a").setBatchSize(3);
    DovetailModel copy = model.copy(new ParamMap().put(model.device(), "cuda"));
    assertEquals("a", copy.getOrDefault(copy.model()));
    assertEquals(3, copy.getOrDefault(copy.batchSize()));
    assertEquals("cuda", copy.getOrDefault(copy.device()));
    assertEquals("cpu", model.getOrDefault(model.device()));
  }

  @Test
  void invalidValuesAreRejectedBySetters() {
    DovetailModel model = new DovetailModel();
    assertThrows(IllegalArgumentException.class, () -> model.setBatchSize(0));
    assertThrows(IllegalArgumentException.class, () -> model.setScoreThreshold(1.5));
    assertThrows(IllegalArgumentException.class, () -> model.setPrecision("fp8"));
    assertThrows(IllegalArgumentException.class, () -> model.setThreads(-1));
    assertThrows(IllegalArgumentException.class, () -> model.setPlanMemory(0));
  }

  @Test
  void theTaskDeterminesTheColumns() {
    assertEquals(
        "struct<height:int,width:int,boxes:array<array<float>>,scores:array<float>,"
            + "labels:array<int>,masks:array<string>>",
        prediction("detection"));
    assertEquals("struct<height:int,width:int,labelMap:binary>", prediction("semantic"));
    assertEquals(
        "struct<height:int,width:int,segmentMap:binary,ids:array<int>,labels:array<int>,"
            + "scores:array<float>,areas:array<int>>",
        prediction("panoptic"));
    assertEquals("struct<scores:array<float>>", prediction("classification"));
    assertEquals("struct<values:array<float>>", prediction("embedding"));
  }

  private static String prediction(String task) {
    StructType schema = new DovetailModel().setModel("any").setTask(task).transformSchema(IMAGES);
    assertEquals(List.of("path", "content", "prediction", "error"), List.of(schema.fieldNames()));
    return schema.apply("prediction").dataType().simpleString();
  }

  @Test
  void theDriverReadsTheTaskFromTheModel() {
    StructType schema = new DovetailModel().setModel("sample-upernet").transformSchema(IMAGES);
    assertEquals(
        "struct<height:int,width:int,labelMap:binary>",
        schema.apply("prediction").dataType().simpleString());
    assertEquals(8, new DovetailModel().setModel("sample-mask-rcnn").classes().length);
  }

  @Test
  void pathsReplaceContents() {
    StructType schema =
        new DovetailModel()
            .setModel("any")
            .setTask("semantic")
            .setInputCol("path")
            .setOutputCol("maps")
            .setErrorCol("why")
            .transformSchema(IMAGES);
    assertEquals(List.of("path", "content", "maps", "why"), List.of(schema.fieldNames()));
  }

  @Test
  void anInvalidSchemaIsRejectedWithTheExpectedOne() {
    DovetailModel model = new DovetailModel().setModel("any").setTask("semantic");
    assertEquals(
        "the column 'bytes' of images does not exist; the columns are [path, content]",
        rejection(model.copy(new ParamMap()).setInputCol("bytes"), IMAGES));
    assertEquals(
        "the column 'path' exists already; choose another name",
        rejection(model.copy(new ParamMap()).setOutputCol("path"), IMAGES));
    assertEquals(
        "the column 'content' is bigint; expected binary, the contents of image files, or string,"
            + " their paths",
        rejection(model, new StructType().add("content", DataTypes.LongType)));
    assertEquals(
        "the parameter model is not set; set it with setModel",
        rejection(new DovetailModel(), IMAGES));
    assertEquals(
        "the task 'depth' is not supported; expected one of detection, semantic,"
            + " panoptic, classification, embedding",
        rejection(model.copy(new ParamMap()).setTask("depth"), IMAGES));
  }

  @Test
  void theErrorNamesAModelThatCannotBeOpened() {
    String message = rejection(new DovetailModel().setModel("missing-model"), IMAGES);
    assertTrue(message.contains("missing-model"), message);
  }

  private static String rejection(DovetailModel model, StructType schema) {
    return assertThrows(IllegalArgumentException.class, () -> model.transformSchema(schema))
        .getMessage();
  }
}
