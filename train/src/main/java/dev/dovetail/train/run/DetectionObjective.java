package dev.dovetail.train.run;

import dev.dovetail.TrainingData;
import dev.dovetail.formats.Size;
import dev.dovetail.formats.Warnings;
import dev.dovetail.formats.cityscapes.CityscapesFiles;
import dev.dovetail.formats.coco.CocoCategory;
import dev.dovetail.formats.coco.CocoDataset;
import dev.dovetail.formats.datasets.CityscapesTruth;
import dev.dovetail.formats.layout.AnnotationKind;
import dev.dovetail.graph.TensorData;
import dev.dovetail.heads.maskrcnn.MaskRcnn;
import dev.dovetail.train.data.Batch;
import dev.dovetail.train.data.CocoTrainingSet;
import dev.dovetail.train.data.Sampler;
import dev.dovetail.train.data.TrainingSet;
import dev.dovetail.train.data.augment.Instances;
import dev.dovetail.train.detection.ImageObjects;
import dev.dovetail.train.detection.MaskRcnnTraining;
import dev.dovetail.train.detection.MaxIouAssigner;
import dev.dovetail.train.detection.RandomSampler;
import dev.dovetail.train.detection.Stage;
import dev.dovetail.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Detection of objects with boxes and masks.
 *
 * @param divisor the sides of an input are multiples of this number
 */
record DetectionObjective(MaskRcnn head, int divisor) implements Objective {

  @Override
  public Recipe usualRecipe() {
    return Recipe.detection();
  }

  @Override
  public Annotations read(TrainingData source, Warnings warnings) throws IOException {
    TrainingData data = Objective.located(source, AnnotationKind.OBJECTS);
    CocoDataset dataset = dataset(data.annotations(), warnings);
    return new Annotations() {
      @Override
      public Optional<List<String>> classes() {
        return Optional.of(
            dataset.categories().stream()
                .sorted(Comparator.comparingLong(CocoCategory::id))
                .map(CocoCategory::name)
                .toList());
      }

      @Override
      public TrainingSet images(List<String> classes) throws IOException {
        return CocoTrainingSet.open(
            dataset, data.images(), classes, CocoTrainingSet.Content.BOXES_AND_MASKS, warnings);
      }
    };
  }

  private static CocoDataset dataset(Path annotations, Warnings warnings) throws IOException {
    if (!Files.isDirectory(annotations)) {
      return CocoDataset.read(annotations, warnings);
    }
    if (!CityscapesFiles.isAnnotated(annotations)) {
      throw new IllegalArgumentException(
          annotations
              + " is a directory; a detector needs COCO's instances JSON, or Cityscapes' directory"
              + " of *_gtFine_instanceIds.png");
    }
    return CityscapesTruth.read(annotations).objects();
  }

  @Override
  public Sampler sampler(TrainingSet set, Recipe.Batches batches) throws IOException {
    return Sampler.byAspectRatio(set, batches.batch(), batches.seed());
  }

  @Override
  public Loss loss(Recipe recipe) {
    Recipe.Sampling sampling = recipe.sampling();
    MaskRcnnTraining training =
        new MaskRcnnTraining(
            head,
            new Stage(MaxIouAssigner.ofAnchors(), new RandomSampler(sampling.anchors(), 0.5)),
            new Stage(MaxIouAssigner.ofProposals(), new RandomSampler(sampling.regions(), 0.25)));
    return (forward, batch, padded, inputs, seed) ->
        training
            .step(
                forward.executable(),
                forward.parameters(),
                inputs.get("image"),
                IntStream.range(0, batch.samples().size())
                    .mapToObj(i -> objects(batch, i))
                    .toList(),
                forward.pass(),
                seed)
            .losses();
  }

  private ImageObjects objects(Batch batch, int image) {
    Size size = batch.samples().get(image).size();
    Size padded = size.roundedUp(divisor);
    Instances instances = batch.samples().get(image).instances();
    int n = instances.count();
    return new ImageObjects(
        TensorData.of(instances.boxes(), n, 4),
        TensorData.of(Arrays.stream(instances.labels()).asLongStream().toArray(), n),
        batch.masks(image, padded),
        new ImageObjects.Size(size.height(), size.width()),
        new ImageObjects.Size(padded.height(), padded.width()));
  }

  @Override
  public String metric() {
    return "bbox.AP";
  }
}
