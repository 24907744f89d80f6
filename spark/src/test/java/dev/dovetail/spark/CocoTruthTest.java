package dev.dovetail.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.eval.coco.params.CocoParams;
import dev.dovetail.eval.coco.params.IouType;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.coco.CocoDataset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CocoTruthTest {

  @Test
  void imagesOfLvisAreNamedAfterTheirIds(@TempDir Path folder) throws Exception {
    String json =
        """
        {"images": [{"id": 139, "width": 4, "height": 4, "neg_category_ids": [],
                     "not_exhaustive_category_ids": []}],
         "categories": [{"id": 1, "name": "mug", "frequency": "c"}], "annotations": []}
        """;
    Path file = Files.writeString(folder.resolve("lvis.json"), json);
    CocoDataset lvis = CocoDataset.read(file, new Warnings(Strictness.LENIENT));
    CocoTruth truth = new CocoTruth(lvis, CocoParams.lvis(IouType.BBOX), List.of());
    assertEquals(0, truth.find("s3a://bucket/val2017/000000000139.jpg"));
    assertEquals(-1, truth.find("s3a://bucket/val2017/000000000140.jpg"));
  }
}
