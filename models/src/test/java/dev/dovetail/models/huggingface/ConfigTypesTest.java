package dev.dovetail.models.huggingface;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.dovetail.models.PartRegistry;
import dev.dovetail.registry.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every key of a {@code config.json} that affects a model's output is read, or unsupported values
 * are rejected. A value of another type is an error that names the file and the key.
 */
class ConfigTypesTest {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** All keys of transformers' class, with possible values of a small model. */
  private static final List<String> CONFIGS =
      List.of(
          "'model_type':'vit','architectures':['ViTForImageClassification'],'hidden_size':48,"
              + "'num_hidden_layers':4,'num_attention_heads':3,'intermediate_size':192,"
              + "'hidden_act':'gelu','layer_norm_eps':1e-12,'image_size':64,'patch_size':16,"
              + "'num_channels':3,'qkv_bias':true,'encoder_stride':16",
          "'model_type':'deit','architectures':['DeiTForImageClassificationWithTeacher'],"
              + "'hidden_size':48,'num_hidden_layers':4,'num_attention_heads':3,"
              + "'intermediate_size':192,'hidden_act':'gelu','layer_norm_eps':1e-12,"
              + "'image_size':64,'patch_size':16,'num_channels':3,'qkv_bias':true",
          "'model_type':'beit','architectures':['BeitForImageClassification'],'hidden_size':48,"
              + "'num_hidden_layers':4,'num_attention_heads':3,'intermediate_size':192,"
              + "'hidden_act':'gelu','layer_norm_eps':1e-12,'image_size':64,'patch_size':16,"
              + "'num_channels':3,'use_absolute_position_embeddings':false,"
              + "'use_relative_position_bias':true,'use_shared_relative_position_bias':false,"
              + "'layer_scale_init_value':0.1,'use_mean_pooling':true,'use_mask_token':false",
          "'model_type':'dinov2','architectures':['Dinov2Model'],'hidden_size':48,"
              + "'num_hidden_layers':4,'num_attention_heads':3,'mlp_ratio':4,'hidden_act':'gelu',"
              + "'layer_norm_eps':1e-6,'image_size':56,'patch_size':14,'num_channels':3,"
              + "'qkv_bias':true,'use_swiglu_ffn':false,'layerscale_value':1.0",
          "'model_type':'dinov2_with_registers','architectures':['Dinov2WithRegistersModel'],"
              + "'hidden_size':48,'num_hidden_layers':4,'num_attention_heads':3,'mlp_ratio':4,"
              + "'hidden_act':'gelu','layer_norm_eps':1e-6,'image_size':56,'patch_size':14,"
              + "'num_channels':3,'qkv_bias':true,'use_swiglu_ffn':true,'num_register_tokens':4",
          "'model_type':'dinov3_vit','architectures':['DINOv3ViTModel'],'hidden_size':48,"
              + "'intermediate_size':192,'num_hidden_layers':4,'num_attention_heads':3,"
              + "'hidden_act':'gelu','layer_norm_eps':1e-5,'rope_theta':100.0,'image_size':64,"
              + "'patch_size':16,'num_channels':3,'query_bias':true,'key_bias':false,"
              + "'value_bias':true,'proj_bias':true,'mlp_bias':true,'use_gated_mlp':false,"
              + "'num_register_tokens':4,'layerscale_value':1.0",
          "'model_type':'vitdet','architectures':['VitDetModel'],'hidden_size':48,"
              + "'num_hidden_layers':4,'num_attention_heads':3,'mlp_ratio':4,'hidden_act':'gelu',"
              + "'layer_norm_eps':1e-6,'image_size':128,'pretrain_image_size':64,'patch_size':16,"
              + "'num_channels':3,'qkv_bias':true,'window_block_indices':[0,2],"
              + "'residual_block_indices':[3],'use_absolute_position_embeddings':true,"
              + "'use_relative_position_embeddings':true,'window_size':3",
          "'model_type':'swin','architectures':['SwinForImageClassification'],'image_size':128,"
              + "'patch_size':4,'num_channels':3,'embed_dim':16,'depths':[2,2,2,2],"
              + "'num_heads':[1,2,4,8],'window_size':4,'mlp_ratio':4.0,'qkv_bias':true,"
              + "'hidden_act':'gelu','use_absolute_embeddings':false,'layer_norm_eps':1e-5",
          "'model_type':'swinv2','architectures':['Swinv2ForImageClassification'],"
              + "'image_size':128,'patch_size':4,'num_channels':3,'embed_dim':16,"
              + "'depths':[2,2,2,2],'num_heads':[1,2,4,8],'window_size':4,'mlp_ratio':4.0,"
              + "'qkv_bias':true,'hidden_act':'gelu','use_absolute_embeddings':false,"
              + "'layer_norm_eps':1e-5,'pretrained_window_sizes':[0,0,0,0]",
          "'model_type':'segformer','architectures':['SegformerForSemanticSegmentation'],"
              + "'num_channels':3,'num_encoder_blocks':4,'depths':[1,1,1,1],"
              + "'sr_ratios':[8,4,2,1],'hidden_sizes':[16,32,40,64],'patch_sizes':[7,3,3,3],"
              + "'strides':[4,2,2,2],'num_attention_heads':[1,2,5,8],'mlp_ratios':[4,4,4,4],"
              + "'hidden_act':'gelu','decoder_hidden_size':48,'semantic_loss_ignore_index':255",
          "'model_type':'convnext','architectures':['ConvNextForImageClassification'],"
              + "'num_channels':3,'patch_size':4,'num_stages':4,'hidden_sizes':[8,16,32,64],"
              + "'depths':[1,1,1,1],'hidden_act':'gelu','layer_norm_eps':1e-12,"
              + "'layer_scale_init_value':1e-6",
          "'model_type':'resnet','architectures':['ResNetForImageClassification'],"
              + "'num_channels':3,'embedding_size':16,'hidden_sizes':[32,48,64,96],"
              + "'depths':[1,1,1,1],'layer_type':'bottleneck','hidden_act':'relu',"
              + "'downsample_in_first_stage':false,'downsample_in_bottleneck':false",
          "'model_type':'rt_detr_resnet','architectures':['RTDetrResNetBackbone'],"
              + "'num_channels':3,'embedding_size':16,'hidden_sizes':[16,48,64,96],"
              + "'depths':[1,1,1,1],'layer_type':'basic','hidden_act':'relu',"
              + "'downsample_in_first_stage':false,'downsample_in_bottleneck':false",
          "'model_type':'hgnet_v2','architectures':['HGNetV2ForImageClassification'],"
              + "'num_channels':3,'hidden_act':'relu','stem_channels':[3,8,16],"
              + "'stem_strides':[2,1,1,2,1],'stage_in_channels':[16,24],"
              + "'stage_mid_channels':[8,12],'stage_out_channels':[24,32],"
              + "'stage_num_blocks':[1,2],'stage_downsample':[false,true],"
              + "'stage_downsample_strides':[2,2],'stage_light_block':[false,true],"
              + "'stage_kernel_size':[3,5],'stage_numb_of_layers':[2,1],"
              + "'use_learnable_affine_block':true",
          "'model_type':'mobilevitv2','architectures':['MobileViTV2ForImageClassification'],"
              + "'num_channels':3,'patch_size':2,'expand_ratio':2.0,"
              + "'hidden_act':'swish','conv_kernel_size':3,'output_stride':32,"
              + "'layer_norm_eps':1e-5,'n_attn_blocks':[2,4,3],"
              + "'base_attn_unit_dims':[128,192,256],'width_multiplier':0.5,'ffn_multiplier':2",
          "'model_type':'eomt','architectures':['EomtForUniversalSegmentation'],'hidden_size':48,"
              + "'num_hidden_layers':4,'num_attention_heads':3,'mlp_ratio':4,'hidden_act':'gelu',"
              + "'layer_norm_eps':1e-6,'image_size':64,'patch_size':16,'num_channels':3,"
              + "'use_swiglu_ffn':false,'layerscale_value':1.0,'num_register_tokens':4,"
              + "'num_upscale_blocks':2,'num_blocks':2,'num_queries':10",
          "'model_type':'eomt_dinov3','architectures':['EomtDinov3ForUniversalSegmentation'],"
              + "'hidden_size':48,'intermediate_size':192,'num_hidden_layers':4,"
              + "'num_attention_heads':3,'hidden_act':'gelu','layer_norm_eps':1e-6,"
              + "'rope_theta':100.0,'image_size':64,'patch_size':16,'num_channels':3,"
              + "'query_bias':true,'value_bias':true,'proj_bias':true,'mlp_bias':true,"
              + "'use_gated_mlp':false,'num_register_tokens':4,'layerscale_value':1.0,"
              + "'num_upscale_blocks':2,'num_blocks':2,'num_queries':10");

  private static final String LABELS =
      ",'id2label':{'0':'ant','1':'bee','2':'cat'},'label2id':{'ant':0,'bee':1,'cat':2},"
          + "'num_labels':3";

  private static final String COMMON =
      ",'pruned_heads':{},'quantization_config':null,"
          + "'dtype':'float32','hidden_dropout_prob':0.1,'initializer_range':0.02,"
          + "'drop_path_rate':0.1,'transformers_version':'5.17.0'";

  /** Keys that do not affect predictions. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "dtype",
          "encoder_stride",
          "hidden_dropout_prob",
          "initializer_range",
          "drop_path_rate",
          "layerscale_value",
          "transformers_version",
          "use_mask_token");

  /** Keys for which null is the same as absence, as in transformers. */
  private static final Set<String> NULLABLE =
      Set.of(
          "architectures",
          "id2label",
          "label2id",
          "model_type",
          "num_labels",
          "problem_type",
          "pruned_heads",
          "quantization_config");

  /** One value of each JSON type. */
  private static final List<String> VALUES =
      List.of("\"x\"", "true", "-3", "1e99", "[\"x\"]", "{\"a\":1}", "null");

  @TempDir private Path folder;

  private static ObjectNode whole(String keys) throws IOException {
    String labels = keys.contains("Model'") || keys.contains("Backbone'") ? "" : LABELS;
    String problem =
        keys.contains("ForImage") ? ",'problem_type':'single_label_classification'" : "";
    return config(keys + labels + problem + COMMON);
  }

  private static ObjectNode config(String keys) throws IOException {
    return (ObjectNode) JSON.readTree("{" + keys.replace('\'', '"') + "}");
  }

  private JsonNode model(JsonNode config) throws IOException {
    Files.writeString(folder.resolve("config.json"), config.toString());
    PartRegistry registry = PartRegistry.load();
    return HuggingFaceDirectory.read(folder, registry).modelConfig(registry, note -> {});
  }

  @TestFactory
  Stream<DynamicTest> everyKeyOfAnotherTypeIsRefusedByItsName() throws IOException {
    return CONFIGS.stream()
        .map(
            keys ->
                DynamicTest.dynamicTest(
                    keys.substring(0, keys.indexOf(',')), () -> rejectOtherTypes(keys)));
  }

  private void rejectOtherTypes(String keys) throws IOException {
    Files.writeString(folder.resolve("preprocessor_config.json"), "{\"crop_size\": 8}");
    ObjectNode whole = whole(keys);
    JsonNode expected = model(whole);
    for (var e : whole.properties()) {
      for (String text : VALUES) {
        JsonNode value = JSON.readTree(text);
        boolean sameType =
            e.getValue().isNumber() && value.isNumber() && value.doubleValue() > 0
                || e.getValue().getNodeType() == value.getNodeType() && !value.isNumber();
        boolean meansAbsent = value.isNull() && NULLABLE.contains(e.getKey());
        ObjectNode other = whole.deepCopy();
        other.set(e.getKey(), value);
        if (WITHOUT_EFFECT.contains(e.getKey())) {
          assertEquals(expected, model(other), e.getKey() + " " + text);
        } else if (!sameType && !meansAbsent) {
          String message = refusal(other, e.getKey() + ": " + text);
          assertTrue(message.contains("config.json"), message);
          assertTrue(message.contains("'" + e.getKey()), text + ": " + message);
        }
      }
    }
  }

  private String refusal(JsonNode config, String what) {
    return assertThrows(ConfigException.class, () -> model(config), what).getMessage();
  }

  @TestFactory
  Stream<DynamicTest> everyNumberAndFlagReachesTheModelOrIsRefused() throws IOException {
    return CONFIGS.stream()
        .map(
            keys ->
                DynamicTest.dynamicTest(
                    keys.substring(0, keys.indexOf(',')), () -> changeEach(keys)));
  }

  private void changeEach(String keys) throws IOException {
    Files.writeString(folder.resolve("preprocessor_config.json"), "{\"crop_size\": 8}");
    ObjectNode whole = whole(keys);
    JsonNode expected = model(whole);
    for (var e : whole.properties()) {
      JsonNode value = e.getValue();
      if (WITHOUT_EFFECT.contains(e.getKey()) || !(value.isNumber() || value.isBoolean())) {
        continue;
      }
      ObjectNode other = whole.deepCopy();
      if (value.isBoolean()) {
        other.put(e.getKey(), !value.booleanValue());
      } else if (value.isIntegralNumber()) {
        other.put(e.getKey(), value.intValue() * 2);
      } else {
        other.put(e.getKey(), value.doubleValue() * 2);
      }
      try {
        JsonNode changed = model(other);
        boolean epsilon = e.getKey().equals("layer_norm_eps") && keys.contains("'convnext'");
        if (!epsilon && !e.getKey().equals("layer_scale_init_value")) {
          assertNotEquals(expected, changed, e.getKey() + " changed nothing");
        }
      } catch (ConfigException refused) {
        assertTrue(refused.getMessage().contains("config.json: "), refused.getMessage());
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vit | 'hidden_act':'gelu_new' | 'hidden_act' is \"gelu_new\", expected \"gelu\"",
        "vit | 'num_channels':1 | 'num_channels' is 1, expected 3",
        "vit | 'patch_size':[16,8] | 'patch_size' is [16,8], expected a square",
        "vit | 'pruned_heads':{'0':[1]} | 'pruned_heads' is",
        "vit | 'quantization_config':{'load_in_8bit':true} | 'quantization_config' is",
        "vit | 'architectures':['ViTForMaskedImageModeling'] | 'architectures' is",
        "beit | 'architectures':['BeitForMaskedImageModeling'] | 'architectures' is",
        "beit | 'use_relative_position_bias':true,'use_shared_relative_position_bias':true"
            + " | 'use_relative_position_bias' is true, expected false",
        "dinov3_vit | 'rope_parameters':{'rope_type':'linear'} | 'rope_parameters.rope_type'",
        "swin | 'use_absolute_embeddings':true | 'use_absolute_embeddings' is true",
        "swin | 'layer_norm_eps':1e-6 | 'layer_norm_eps' is",
        "convnext | 'layer_scale_init_value':0 | 'layer_scale_init_value' is 0",
        "convnext | 'layer_norm_eps':0.01 | 'layer_norm_eps' is 0.01",
        "convnext | 'num_stages':3 | 'num_stages' is 3, expected 4",
        "resnet | 'layer_type':'wide' | 'layer_type' is \"wide\"",
        "resnet | 'hidden_act':'gelu' | 'hidden_act' is \"gelu\", expected \"relu\"",
        "segformer | 'strides':[4,2,2,1] | 'strides' is [4,2,2,1]",
        "segformer | 'semantic_loss_ignore_index':-100,"
            + "'architectures':['SegformerForSemanticSegmentation'] | 'semantic_loss_ignore_index'",
        "eomt | 'hidden_act':'relu' | 'hidden_act' is \"relu\", expected \"gelu\"",
        "eomt | 'image_size':100 | 'image_size' is 100, expected a multiple",
        "eomt | 'image_size':[64,128] | 'image_size' is [64,128], expected a square",
        "eomt | 'architectures':['EomtModel'] | 'architectures' is",
        "eomt_dinov3 | 'query_bias':false | 'query_bias' is false, expected the value of",
        "eomt_dinov3 | 'query_bias':false,'value_bias':false,'key_bias':true | 'key_bias' is true",
        "eomt_dinov3 | 'proj_bias':false | 'proj_bias' is false",
        "eomt_dinov3 | 'rope_parameters':{'rope_type':'linear'} | 'rope_parameters.rope_type'",
        "eomt_dinov3 | 'use_gated_mlp':true,'hidden_act':'relu' | 'hidden_act' is",
        "mobilevitv2 | 'output_stride':16 | 'output_stride' is 16",
        "mobilevitv2 | 'base_attn_unit_dims':[64,96,128] | 'base_attn_unit_dims' is",
      })
  void unsupportedOptionsAreRejected(String type, String keys, String expected) throws IOException {
    Files.writeString(folder.resolve("preprocessor_config.json"), "{\"crop_size\": 8}");
    ObjectNode config = config("'model_type':'" + type + "'," + keys);
    String message = refusal(config, keys);
    assertTrue(message.contains(expected), message);
  }

  @ParameterizedTest
  @CsvSource({
    "vit, 768, 4.0, 16, 1.0E-12",
    "deit, 768, 4.0, 16, 1.0E-12",
    "beit, 768, 4.0, 16, 1.0E-12",
    "dinov2, 768, 4.0, 14, 1.0E-6",
    "dinov2_with_registers, 768, 4.0, 16, 1.0E-6",
    "dinov3_vit, 384, 4.0, 16, 1.0E-5",
    "vitdet, 768, 4.0, 16, 1.0E-6",
  })
  void missingKeysHaveTheDefaultsOfTransformers(
      String type, int width, double ratio, int patch, double epsilon) throws IOException {
    JsonNode backbone = model(config("'model_type':'" + type + "'")).get("backbone");
    assertEquals(width, backbone.get("width").intValue());
    assertEquals(ratio, backbone.get("mlpRatio").doubleValue());
    assertEquals(patch, backbone.get("patchSize").intValue());
    assertEquals(epsilon, backbone.get("epsilon").doubleValue());
    JsonNode wideNode =
        model(config("'model_type':'" + type + "','hidden_size':192,'num_attention_heads':3"));
    double hidden = 192 * wideNode.get("backbone").get("mlpRatio").doubleValue();
    boolean relative = type.startsWith("dinov2") || type.equals("vitdet");
    assertEquals(relative ? 4 * 192 : ratio * width, hidden, type);
  }

  @ParameterizedTest
  @CsvSource({"49, 48", "1, 49", "3073, 768", "1000, 333", "777, 771"})
  void theHiddenWidthIsExactDespiteTheRatio(int hidden, int width) throws IOException {
    ObjectNode config =
        config("'model_type':'vit','hidden_size':" + width + ",'num_attention_heads':1");
    config.put("intermediate_size", hidden);
    double ratio = model(config).get("backbone").get("mlpRatio").doubleValue();
    assertEquals(hidden, (int) (width * ratio));
  }
}
