package dev.dovetail.models;
import dev.dovetail.formats.Size;
import dev.dovetail.graph.*;
import dev.dovetail.testing.SharedFolder;
import java.nio.file.*;
import java.util.*;
import org.junit.jupiter.api.Test;
class LwCountTest {
  @Test void count() throws Exception {
    try (var all = Files.list(SharedFolder.projectRoot().resolve("configs"))) {
      for (Path f : all.filter(p -> p.getFileName().toString().matches("(rf|lw)-detr.*")).sorted().toList()) {
        try {
        Model<?,?> m = ModelConfig.read(f, List.of(), PartRegistry.load()).model();
        Size s = m.task().inputSize(m.preprocess());
        Graph g = ModelGraph.bare(m, 1, s);
        Cost c = Cost.perScope(g).get("");
        long unread = g.parameters().stream().filter(p -> p.role() == Role.UNREAD).mapToLong(p -> p.type().shape().elements()).sum();
        System.out.printf(Locale.ROOT, "COUNT %s %s params %d unread %d macs %.3f withnorms %.3f%n", f.getFileName(), s, c.parameters(), unread, c.macs()/1e9, c.macsWithNorms()/1e9);
        Map<String,Cost> per=Cost.perScope(g);
        for (String k : List.of("backbone","neck","decoder","enc_output","enc_out_bbox_embed","segmentation_head")) if (per.containsKey(k)) System.out.printf(Locale.ROOT,"   %s %.3f %d%n",k,per.get(k).macs()/1e9,per.get(k).parameters());
        } catch (Exception e) { System.out.println("COUNT " + f.getFileName()+" "+e); }
      }
    }
  }
}
