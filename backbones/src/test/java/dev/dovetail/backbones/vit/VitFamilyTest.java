package dev.dovetail.backbones.vit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dovetail.registry.KnownLayout;
import dev.dovetail.weights.layouts.Layout;
import dev.dovetail.weights.tensors.ArrayTensor;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class VitFamilyTest {

  @Test
  void dinov2LayerScalesGetTheNamesOfThePlainVit() throws IOException {
    Map<String, ArrayTensor> published =
        Stream.of(
                vector("blocks.0.ls1.gamma", 1),
                vector("blocks.11.ls2.gamma", 2),
                vector("mask_token", 3),
                vector("blocks.0.norm1.weight", 4))
            .collect(Collectors.toMap(ArrayTensor::name, Function.identity()));
    KnownLayout dinov2 =
        new VitFamily()
            .layouts().stream().filter(l -> l.name().equals("dinov2")).findFirst().orElseThrow();
    Layout.Applied applied = dinov2.layout().apply(published);
    assertEquals(
        Set.of("blocks.0.gamma1", "blocks.11.gamma2", "blocks.0.norm1.weight"),
        applied.tensors().keySet());
    assertArrayEquals(new float[] {2}, applied.tensors().get("blocks.11.gamma2").floats());
    assertEquals(Set.of("mask_token"), applied.dropped().keySet());
  }

  private static ArrayTensor vector(String name, float value) {
    return ArrayTensor.of(name, new float[] {value}, 1);
  }
}
