package dev.dovetail.formats.panoptic;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dovetail.formats.FormatException;
import dev.dovetail.formats.Strictness;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.image.BadImageException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PanopticFilesTest {

  private static final String TRUTH =
      "{'categories':[{'id':1,'name':'cat','isthing':1},{'id':9,'name':'sky','isthing':0}],"
          + "'images':[{'id':4}],'annotations':[{'image_id':4,'file_name':'4.png','segments_info':"
          + "[{'id':70000,'category_id':1,'area':12,'iscrowd':0,'bbox':[0,0,1,1]},"
          + "{'id':3,'category_id':9,'area':5.0,'iscrowd':1}]}]}";

  @TempDir Path folder;
  private final Warnings warnings = new Warnings(Strictness.LENIENT);

  private Path json(String text) throws IOException {
    return Files.writeString(folder.resolve("panoptic.json"), text.replace('\'', '"'));
  }

  @Test
  void aGroundTruthIsReadInTheOrderOfItsFile() throws IOException {
    PanopticDataset truth = PanopticDataset.readTruth(json(TRUTH), warnings);
    assertEquals(
        List.of(new PanopticCategory(1, "cat", true), new PanopticCategory(9, "sky", false)),
        truth.categories());
    assertEquals(
        List.of(new PanopticSegment(70000, 1, 12, false), new PanopticSegment(3, 9, 5, true)),
        truth.annotations().get(0).segments());
    assertTrue(warnings.entries().isEmpty());
  }

  @Test
  void predictionsNeedOnlyIdAndCategory() throws IOException {
    Path file =
        json(
            "{'annotations':[{'segments_info':[{'category_id':1,'id':2,'area':null,'iscrowd':[]}],"
                + "'file_name':'a.png','image_id':4}]}");
    PanopticSegment segment =
        PanopticDataset.readPredictions(file, warnings).annotations().get(0).segments().get(0);
    assertEquals(new PanopticSegment(2, 1, Double.NaN, false), segment);
  }

  @Test
  void missingAndDuplicateValuesAreNamedWithFileRecordAndField() throws IOException {
    refused("'area':12,", "", "annotations[0].segments_info[0]: missing \"area\"");
    refused(",'iscrowd':1", "", "annotations[0].segments_info[1]: missing \"iscrowd\"");
    refused("'category_id':9,", "", "segments_info[1]: missing \"category_id\"");
    refused("'id':3", "'id':70000", "segments_info[1].id: 70000 occurs twice");
    refused("'id':3", "'id':'x'", "segments_info[1].id: expected an integer");
    refused("'area':12", "'area':NaN", "segments_info[0].area: is NaN");
    refused("'image_id':4,", "", "annotations[0]: missing \"image_id\"");
    refused("'file_name':'4.png',", "", "annotations[0]: missing \"file_name\"");
    refused(",'isthing':0", "", "categories[1]: missing \"isthing\"");
    refused("'id':9", "'id':1", "categories[1].id: 1 occurs twice");
    refused("'categories'", "'c'", "missing \"categories\"");
    refused("'annotations'", "'a'", "missing \"annotations\"");
    refused("{'categories'", "[{'categories'", "expected an object");
    refused("]}]}", "]}]", "ends early");
  }

  private void refused(String part, String instead, String message) throws IOException {
    Path file = json(TRUTH.replace(part, instead));
    FormatException e =
        assertThrows(
            FormatException.class, () -> PanopticDataset.readTruth(file, warnings), message);
    assertTrue(e.getMessage().contains(message), e.getMessage());
    assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
  }

  @Test
  void aSegmentOfAnUnknownCategoryIsKeptWithAWarning() throws IOException {
    Path file = json(TRUTH.replace("'category_id':9", "'category_id':8"));
    assertEquals(
        2, PanopticDataset.readTruth(file, warnings).annotations().get(0).segments().size());
    assertEquals(1, warnings.entries().size());
    assertThrows(
        FormatException.class,
        () -> PanopticDataset.readTruth(file, new Warnings(Strictness.STRICT)));
  }

  @Test
  void redIsTheLowestByteOfAnIdAndAlphaIsIgnored() throws IOException {
    for (int type : new int[] {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_INT_ARGB}) {
      BufferedImage image = new BufferedImage(2, 1, type);
      image.setRGB(0, 0, 0xff010203);
      image.setRGB(1, 0, 0x80ffff00);
      Path file = folder.resolve("ids.png");
      ImageIO.write(image, "png", file.toFile());
      assertArrayEquals(new int[] {0x030201, 0x00ffff}, IdPng.read(file).ids());
    }
  }

  @Test
  void aMapWithoutColorsIsRejected() throws IOException {
    Path file = folder.resolve("grey.png");
    ImageIO.write(new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_GRAY), "png", file.toFile());
    BadImageException e = assertThrows(BadImageException.class, () -> IdPng.read(file));
    assertTrue(e.getMessage().contains("is not a map of segment ids"), e.getMessage());
  }
}
