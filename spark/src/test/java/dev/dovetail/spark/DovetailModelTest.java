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
  void everyParameterHasASetterAndADocumentation() {
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
  void aCopyHasTheSameParametersAndThoseThatAreGiven() {
    DovetailModel model = new DovetailModel().setModel("a").setBatchSize(3);
    DovetailModel copy = model.copy(new ParamMap().put(model.device(), "cuda"));
    assertEquals("a", copy.getOrDefault(copy.model()));
    assertEquals(3, copy.getOrDefault(copy.batchSize()));
    assertEquals("cuda", copy.getOrDefault(copy.device()));
    assertEquals("cpu", model.getOrDefault(model.device()));
  }

  @Test
  void valuesThatMakeNoSenseAreRefusedWhenTheyAreSet() {
    DovetailModel model = new DovetailModel();
    assertThrows(IllegalArgumentException.class, () -> model.setBatchSize(0));
    assertThrows(IllegalArgumentException.class, () -> model.setScoreThreshold(1.5));
    assertThrows(IllegalArgumentException.class, () -> model.setPrecision("fp8"));
    assertThrows(IllegalArgumentException.class, () -> model.setThreads(-1));
    assertThrows(IllegalArgumentException.class, () -> model.setPlanMemory(0));
  }

  @Test
  void theColumnsFollowFromTheTask() {
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
  void theDriverAsksTheModelForItsTask() {
    StructType schema = new DovetailModel().setModel("sample-upernet").transformSchema(IMAGES);
    assertEquals(
        "struct<height:int,width:int,labelMap:binary>",
        schema.apply("prediction").dataType().simpleString());
    assertEquals(8, new DovetailModel().setModel("sample-mask-rcnn").classes().length);
  }

  @Test
  void pathsTakeThePlaceOfContents() {
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
  void aSchemaThatDoesNotSuitIsRefusedWithWhatWasExpected() {
    DovetailModel model = new DovetailModel().setModel("any").setTask("semantic");
    assertEquals(
        "there is no column 'bytes' of images; there are [path, content]",
        refused(model.copy(new ParamMap()).setInputCol("bytes"), IMAGES));
    assertEquals(
        "there is a column 'path' already; choose another name",
        refused(model.copy(new ParamMap()).setOutputCol("path"), IMAGES));
    assertEquals(
        "the column 'content' is bigint; expected binary, the contents of image files, or string,"
            + " their paths",
        refused(model, new StructType().add("content", DataTypes.LongType)));
    assertEquals("no model is set; setModel names one", refused(new DovetailModel(), IMAGES));
    assertEquals(
        "results of the task 'depth' have no columns; expected one of detection, semantic,"
            + " panoptic, classification, embedding",
        refused(model.copy(new ParamMap()).setTask("depth"), IMAGES));
  }

  @Test
  void aModelThatCannotBeOpenedIsNamed() {
    String message = refused(new DovetailModel().setModel("there-is-no-such-model"), IMAGES);
    assertTrue(message.contains("there-is-no-such-model"), message);
  }

  private static String refused(DovetailModel model, StructType schema) {
    return assertThrows(IllegalArgumentException.class, () -> model.transformSchema(schema))
        .getMessage();
  }
}
