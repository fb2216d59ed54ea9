package io.muster.api.rest.contract;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The schema of an object; unknown keys are ignored. */
record ObjectSchema(List<SchemaProperty> properties) implements ValueSchema {
  /**
   * One property.
   *
   * @param nullable true if null means a missing value
   */
  record SchemaProperty(String name, ValueSchema schema, boolean required, boolean nullable) {}

  @Override
  public Object read(String field, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> object)) {
      throw BadRequestException.of(field, expected());
    }
    var values = new HashMap<String, Object>();
    for (var property : properties) {
      var path = field.isEmpty() ? property.name : field + "." + property.name;
      if (isPresent(object, property, path)) {
        values.put(property.name, property.schema.read(path, object.get(property.name)));
      }
    }
    return values;
  }

  @Override
  public String expected() {
    return "an object";
  }

  private static boolean isPresent(Map<?, ?> object, SchemaProperty property, String path) {
    if (!object.containsKey(property.name)) {
      if (property.required) {
        throw BadRequestException.missing(path, property.schema.expected());
      }
      return false;
    }
    return !property.nullable || object.get(property.name) != null;
  }
}
