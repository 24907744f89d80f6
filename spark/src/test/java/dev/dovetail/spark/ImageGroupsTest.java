package dev.dovetail.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

class ImageGroupsTest {

  private static final ImageColumn CONTENT = new ImageColumn(0, false, 1, null);

  @Test
  void groupsGrowAndKeepTheOrderOfTheRows() throws Exception {
    List<Row> rows =
        IntStream.range(0, 600)
            .mapToObj(i -> RowFactory.create(new byte[] {1}, Integer.toString(i)))
            .toList();
    List<Row> read = new ArrayList<>();
    assertEquals(List.of(16, 32, 64, 128, 256, 104), sizes(rows, read));
    assertEquals(rows, read);
  }

  @Test
  void largeImagesEndAGroup() throws Exception {
    List<Row> rows =
        IntStream.range(0, 7).mapToObj(i -> RowFactory.create(new byte[6 << 20], "a")).toList();
    assertEquals(List.of(3, 3, 1), sizes(rows, new ArrayList<>()));
  }

  @Test
  void aRowWithoutImageIsAnError() throws Exception {
    try (ImageGroups groups =
        new ImageGroups(List.of(RowFactory.create(null, "a.png")).iterator(), CONTENT)) {
      assertEquals("a.png is null", groups.next().get(0).error());
      assertFalse(groups.hasNext());
    }
  }

  private static List<Integer> sizes(List<Row> rows, List<Row> read) throws IOException {
    List<Integer> sizes = new ArrayList<>();
    try (ImageGroups groups = new ImageGroups(rows.iterator(), CONTENT)) {
      while (groups.hasNext()) {
        List<ImageColumn.Found> group = groups.next();
        group.forEach(image -> read.add(image.row()));
        sizes.add(group.size());
      }
    }
    return sizes;
  }
}
