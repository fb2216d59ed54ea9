package io.muster.schema.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import io.muster.schema.gpu.GpmMetrics;
import io.muster.schema.gpu.Gpu;
import io.muster.schema.gpu.GpuReading;
import io.muster.schema.gpu.Mig;
import io.muster.schema.gpu.MigInstance;
import io.muster.schema.gpu.NvlinkRemoteDevice;
import io.muster.schema.host.AppleSilicon;
import io.muster.schema.host.Chassis;
import io.muster.schema.host.Cpu;
import io.muster.schema.host.CpuCore;
import io.muster.schema.host.CpuSocket;
import io.muster.schema.host.Fan;
import io.muster.schema.host.Memory;
import io.muster.schema.host.PlatformType;
import io.muster.schema.host.PowerSupply;
import io.muster.schema.host.ProcessEntry;
import io.muster.schema.host.RuntimeEnvironment;
import io.muster.schema.host.Storage;
import io.muster.schema.json.Flat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** Checks that the JSON Schema of a frame matches the records that are encoded. */
class FrameSchemaTest {
  private static final Map<Class<?>, String> DEFINITIONS =
      Map.ofEntries(
          Map.entry(Gpu.class, "gpu"),
          Map.entry(NvlinkRemoteDevice.class, "nvlink_remote_device"),
          Map.entry(GpmMetrics.class, "gpm_metrics"),
          Map.entry(Mig.class, "mig"),
          Map.entry(MigInstance.class, "mig_instance"),
          Map.entry(Cpu.class, "cpu"),
          Map.entry(CpuSocket.class, "cpu_socket"),
          Map.entry(CpuCore.class, "cpu_core"),
          Map.entry(AppleSilicon.class, "apple_silicon"),
          Map.entry(Memory.class, "memory"),
          Map.entry(Chassis.class, "chassis"),
          Map.entry(Fan.class, "fan"),
          Map.entry(PowerSupply.class, "power_supply"),
          Map.entry(RuntimeEnvironment.class, "runtime_environment"),
          Map.entry(ProcessEntry.class, "process"),
          Map.entry(Storage.class, "storage"),
          Map.entry(SectionError.class, "error"));

  private static final Map<Class<?>, Set<String>> NUMBER_TYPES =
      Map.of(
          int.class, Set.of("integer"),
          long.class, Set.of("integer"),
          double.class, Set.of("number", "null"),
          OptionalInt.class, Set.of("integer", "null"),
          OptionalLong.class, Set.of("integer", "null"),
          OptionalDouble.class, Set.of("number", "null"));

  private static final JsonNode SCHEMA = schema();

  @Test
  void definitions_everyRecordOfAFrame_haveItsKeys() {
    var definitions = SCHEMA.get("$defs");

    assertThat(names(definitions)).isEqualTo(new TreeSet<>(DEFINITIONS.values()));
    DEFINITIONS.forEach(
        (type, name) ->
            assertThat(names(definitions.get(name).get("properties")))
                .as(name)
                .isEqualTo(keys(type, false)));
  }

  @Test
  void required_everyRecordOfAFrame_areTheKeysThatAreAlwaysWritten() {
    DEFINITIONS.forEach(
        (type, name) ->
            assertThat(texts(SCHEMA.at("/$defs/" + name + "/required")))
                .as(name)
                .isEqualTo(keys(type, true)));
  }

  @Test
  void properties_everyRecordOfAFrame_haveTypeUnitAndDescription() {
    DEFINITIONS.forEach(
        (type, name) -> {
          for (var component : components(type)) {
            var path = "/$defs/" + name + "/properties/" + key(component);
            assertProperty(path, SCHEMA.at(path), component);
          }
        });
  }

  @Test
  void properties_readingsOfAGpu_areThoseOfTheirTable() {
    for (var reading : GpuReading.values()) {
      assertThat(SCHEMA.at("/$defs/gpu/properties/" + reading.key()))
          .as(reading.key())
          .isEqualTo(GpuReadingSchema.property(reading));
    }
  }

  @Test
  void frame_everySection_isAnArrayOfItsDefinition() {
    var definitions =
        Arrays.stream(Section.values())
            .collect(
                Collectors.toMap(
                    Section::key,
                    section -> SCHEMA.at("/properties/" + section.key() + "/items/$ref").asText()));

    assertThat(definitions)
        .allSatisfy((key, reference) -> assertThat(reference).startsWith("#/$defs/"));
    assertThat(definitions)
        .containsEntry("gpus", "#/$defs/gpu")
        .containsEntry("processes", "#/$defs/process");
    assertThat(SCHEMA.at("/properties/schema/const").asInt()).isEqualTo(FrameJson.SCHEMA_VERSION);
    assertThat(texts(SCHEMA.at("/required"))).containsExactly("hostname", "schema", "timestamp");
  }

  private static void assertProperty(String path, JsonNode property, RecordComponent component) {
    assertThat(property.path("description").asText()).as(path).endsWith(".");
    var type = component.getType();
    if (NUMBER_TYPES.containsKey(type)) {
      assertNumber(path, property, component);
    } else if (type == String.class || type.isEnum()) {
      assertThat(types(property)).as(path).containsExactly("string");
    } else if (type == boolean.class) {
      assertThat(types(property)).as(path).containsExactly("boolean");
    } else if (type == List.class) {
      assertThat(property.at("/items/$ref").asText()).as(path).isEqualTo(reference(component));
    } else if (type == Map.class) {
      assertThat(property.at("/additionalProperties/type").asText()).as(path).isEqualTo("string");
    } else if (type == Optional.class) {
      assertOptional(path, property, component);
    } else {
      assertThat(type).as(path).isEqualTo(PlatformType.class);
    }
  }

  private static void assertNumber(String path, JsonNode property, RecordComponent component) {
    assertThat(types(property)).as(path).isEqualTo(NUMBER_TYPES.get(component.getType()));
    assertThat(property.path("x-unit").asText()).as(path).isNotEmpty();
  }

  private static void assertOptional(String path, JsonNode property, RecordComponent component) {
    if (argument(component) == String.class) {
      assertThat(types(property)).as(path).containsExactlyInAnyOrder("string", "null");
    } else if (argument(component) instanceof Class<?> type && type.isEnum()) {
      assertThat(types(property)).as(path).containsExactly("string");
    } else if (isOmittedWhenEmpty(component)) {
      assertThat(property.path("$ref").asText()).as(path).isEqualTo(reference(component));
    } else {
      assertThat(property.at("/anyOf/0/$ref").asText()).as(path).isEqualTo(reference(component));
      assertThat(property.at("/anyOf/1/type").asText()).as(path).isEqualTo("null");
    }
  }

  private static boolean isOmittedWhenEmpty(RecordComponent component) {
    return component.getAccessor().isAnnotationPresent(JsonInclude.class);
  }

  private static Set<String> keys(Class<?> type, boolean onlyRequired) {
    var keys =
        components(type).stream()
            .filter(component -> !onlyRequired || !isOmittedWhenEmpty(component))
            .map(FrameSchemaTest::key);
    var readingKeys =
        Arrays.stream(GpuReading.values())
            .filter(reading -> type == Gpu.class)
            .filter(reading -> !onlyRequired || GpuReadingSchema.isRequired(reading))
            .map(GpuReading::key);
    return Stream.concat(keys, readingKeys).collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns the components that are keys in the object of the record. */
  private static List<RecordComponent> components(Class<?> type) {
    var components = new ArrayList<RecordComponent>();
    for (var component : type.getRecordComponents()) {
      if (!component.getAccessor().isAnnotationPresent(Flat.class)) {
        components.add(component);
      } else if (component.getType().isRecord()) {
        components.addAll(components(component.getType()));
      }
    }
    return components;
  }

  private static String key(RecordComponent component) {
    return new SnakeCaseStrategy().translate(component.getName());
  }

  private static Type argument(RecordComponent component) {
    return ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
  }

  private static String reference(RecordComponent component) {
    var definition = argument(component) instanceof Class<?> type ? DEFINITIONS.get(type) : null;
    return "#/$defs/" + definition;
  }

  private static Set<String> types(JsonNode property) {
    var type = property.path("type");
    return type.isArray() ? new HashSet<>(texts(type)) : Set.of(type.asText());
  }

  private static Set<String> names(JsonNode object) {
    var names = new TreeSet<String>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Set<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(JsonNode::asText)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static JsonNode schema() {
    try {
      return new ObjectMapper().readTree(FrameSchema.json());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
