package dev.dovetail.backbones.vit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** The fixed position embeddings of MAE and MoCo v3. */
class EmbeddingTest {

  /** Manually computed values of MAE's and MoCo v3's functions at row 1, column 2. */
  @Test
  void sinusoidsOrderCoordinatesAsTheLibraries() {
    double[] two = {Math.sin(2), Math.sin(0.02), Math.cos(2), Math.cos(0.02)};
    double[] one = {Math.sin(1), Math.sin(0.01), Math.cos(1), Math.cos(0.01)};
    float[] mae = Embedding.sinusoids(2, 3, 8, false).floats();
    float[] moco = Embedding.sinusoids(2, 3, 8, true).floats();
    for (int i = 0; i < 4; i++) {
      assertEquals(two[i], mae[40 + i], 1e-6);
      assertEquals(one[i], mae[44 + i], 1e-6);
      assertEquals(one[i], moco[40 + i], 1e-6);
      assertEquals(two[i], moco[44 + i], 1e-6);
    }
  }
}
