package io.muster.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.frame.EncodedFrame;
import io.muster.schema.frame.FrameJson;
import io.muster.schema.frame.FrameTestData;
import io.muster.schema.frame.Readings;
import io.muster.schema.frame.Section;
import io.muster.schema.frame.SectionError;
import io.muster.schema.frame.SectionSelection;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.Validator;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The served JSON Schema of a frame, applied to encoded frames. */
class FrameSchemaIT {
  private static final RestTestNode NODE = RestTestNode.start();
  private static final Validator VALIDATOR =
      Validator.create(
          JsonSchema.of(NODE.get("/schema/frame.json").json()),
          new JsonSchemaOptions().setDraft(Draft.DRAFT202012).setBaseUri("https://localhost"));

  @AfterAll
  static void close() {
    NODE.close();
  }

  @Test
  void schema_served_hasTheMediaTypeOfJsonSchema() {
    assertThat(NODE.get("/schema/frame.json").header("content-type"))
        .contains("application/schema+json");
  }

  @Test
  void schema_fullFrame_isValid() {
    assertValid(frame(FrameTestData.readings("a"), List.of()));
  }

  @Test
  void schema_frameWithEveryKeyAndAnError_isValid() {
    var error = new SectionError(Section.CHASSIS, SectionError.Kind.TIMEOUT, "ipmi");

    assertValid(frame(FrameTestData.extendedReadings("a"), List.of(error)));
  }

  @Test
  void schema_gpuWithoutReadings_isValid() {
    var readings = FrameTestData.readings("a");
    var silent =
        new Readings(
            List.of(FrameTestData.gpuWithoutReadings("a")),
            readings.cpus(),
            readings.memory(),
            readings.chassis(),
            List.of(),
            List.of());

    assertValid(frame(silent, List.of()));
  }

  @Test
  void schema_textInPlaceOfANumber_isInvalid() {
    var frame = frame(FrameTestData.readings("a"), List.of());
    firstGpu(frame).put("utilization", "high");

    assertThat(validate(frame).getValid()).isFalse();
  }

  @Test
  void schema_valueOutOfRange_isInvalid() {
    var frame = frame(FrameTestData.readings("a"), List.of());
    firstGpu(frame).put("utilization", 100.5);

    assertThat(validate(frame).getValid()).isFalse();
  }

  @Test
  void schema_missingKey_isInvalid() {
    var frame = frame(FrameTestData.readings("a"), List.of());
    firstGpu(frame).remove("uuid");

    assertThat(validate(frame).getValid()).isFalse();
  }

  @Test
  void schema_additionalKey_isValid() {
    var frame = frame(FrameTestData.readings("a"), List.of());
    firstGpu(frame).put("key_of_a_later_version", 1);

    assertValid(frame);
  }

  private static JsonObject frame(Readings readings, List<SectionError> errors) {
    var frame =
        EncodedFrame.of(
            FrameTestData.header("a", 1), readings, EnumSet.allOf(Section.class), errors);
    return new JsonObject(Buffer.buffer(FrameJson.ofHost(frame, SectionSelection.ALL)));
  }

  private static JsonObject firstGpu(JsonObject frame) {
    return frame.getJsonArray("gpus").getJsonObject(0);
  }

  private static void assertValid(JsonObject frame) {
    var result = validate(frame);

    assertThat(result.getValid()).as(() -> String.valueOf(result.getErrors())).isTrue();
  }

  private static OutputUnit validate(JsonObject frame) {
    return VALIDATOR.validate(frame);
  }
}
