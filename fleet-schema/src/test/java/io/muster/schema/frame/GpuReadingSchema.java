package io.muster.schema.frame;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.muster.schema.gpu.GpuReading;
import io.muster.schema.gpu.NumberForm.AbsentForm;
import java.util.TreeMap;
import java.util.TreeSet;

/** The part of the JSON Schema of a frame that derives from {@link GpuReading}. */
final class GpuReadingSchema {
  private GpuReadingSchema() {}

  /** Returns the definition of one key. */
  static ObjectNode property(GpuReading reading) {
    var form = reading.form();
    var property = JsonNodeFactory.instance.objectNode();
    var type = form.isWhole() ? "integer" : "number";
    if (form.isWhole() && form.absentForm() != AbsentForm.NULL) {
      property.put("type", type);
    } else {
      property.putArray("type").add(type).add("null");
    }
    property.put("description", reading.meaning()).put("x-unit", form.unit().word());
    if (form.absentForm() == AbsentForm.MINUS_ONE) {
      property.put("minimum", -1);
    } else if (!form.isSigned()) {
      property.put("minimum", 0);
    }
    form.maximum().ifPresent(maximum -> property.put("maximum", maximum));
    if (!Double.isNaN(form.absentForm().number())) {
      property.put("x-sentinel", (int) form.absentForm().number());
    }
    return property;
  }

  /** Returns true if the key is always written. */
  static boolean isRequired(GpuReading reading) {
    return reading.form().absentForm() != AbsentForm.LEFT_OUT;
  }

  /** Replaces the definitions of the readings in the schema of a frame. */
  static void update(JsonNode schema) {
    var definition = (ObjectNode) schema.at("/$defs/gpu");
    var properties = new TreeMap<String, JsonNode>();
    definition
        .get("properties")
        .properties()
        .forEach(key -> properties.put(key.getKey(), key.getValue()));
    var required = new TreeSet<String>();
    definition.get("required").forEach(key -> required.add(key.asText()));
    for (var reading : GpuReading.values()) {
      properties.put(reading.key(), property(reading));
      if (isRequired(reading)) {
        required.add(reading.key());
      }
    }
    definition.putObject("properties").setAll(properties);
    required.forEach(definition.putArray("required")::add);
  }
}
