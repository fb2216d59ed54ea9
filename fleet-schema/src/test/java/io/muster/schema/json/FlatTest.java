package io.muster.schema.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.type.TypeReference;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FlatTest {
  private static final Machine MACHINE =
      new Machine(
          new Place("rack-7", Optional.empty()),
          Map.of("k", "v"),
          new Load(
              OptionalDouble.of(0.5), OptionalLong.empty(), OptionalDouble.empty(), List.of(1)),
          "m1");
  private static final String JSON =
      "{\"cores\":[1],\"detail\":{\"k\":\"v\"},\"host_name\":\"m1\",\"rack_name\":\"rack-7\","
          + "\"used_bytes\":null,\"utilization\":0.5,\"zone\":null}";

  @Test
  void bytes_partsAreFlat_keysAreSortedOverAllOfThem() {
    assertThat(new String(WireJson.bytes(MACHINE), UTF_8)).isEqualTo(JSON);
  }

  @Test
  void read_flatObject_isSplitIntoItsParts() {
    assertThat(read(JSON)).isEqualTo(MACHINE);
    assertThat(
            read("{\"zone\":\"b\",\"later\":{\"x\":[{}]},\"power_watts\":7," + JSON.substring(1)))
        .isEqualTo(
            new Machine(
                MACHINE.place(),
                MACHINE.detail(),
                new Load(
                    OptionalDouble.of(0.5), OptionalLong.empty(), OptionalDouble.of(7), List.of(1)),
                "m1"));
  }

  @Test
  void read_keysOfPartsAbsent_areEmpty() {
    var minimal = read("{\"cores\":[],\"detail\":{},\"host_name\":\"m\",\"rack_name\":\"r\"}");

    assertThat(minimal.load().utilization()).isEmpty();
    assertThat(minimal.place().zone()).isEmpty();
  }

  @Test
  void read_requiredKeyOfAPartMissingNullOrOfAnotherType_isRejected() {
    assertThatThrownBy(() -> read(JSON.replace("\"rack_name\":\"rack-7\",", "")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rack_name");
    assertThatThrownBy(() -> read(JSON.replace("\"rack-7\"", "null")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rack_name");
    assertThatThrownBy(() -> read(JSON.replace("[1]", "[null]")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> read(JSON.replace("[1]", "{}")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> read("[]")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> read("null")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> read(JSON.substring(0, 40)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void listOfFlatRecords_isReadAndWritten() {
    var machines = List.of(MACHINE, MACHINE);
    var json = WireJson.bytes(machines);

    assertThat(new String(json, UTF_8)).isEqualTo("[" + JSON + "," + JSON + "]");
    assertThat(WireJson.read(json, new TypeReference<List<Machine>>() {})).isEqualTo(machines);
  }

  private static Machine read(String json) {
    return WireJson.read(json.getBytes(UTF_8), Machine.class);
  }

  record Machine(@Flat Place place, Map<String, String> detail, @Flat Load load, String hostName) {}

  record Place(String rackName, Optional<String> zone) {}

  record Load(
      OptionalDouble utilization,
      OptionalLong usedBytes,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) OptionalDouble powerWatts,
      List<Integer> cores) {}
}
