package io.muster.api.rest.shape;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An object; keys that it does not name are ignored. */
record ObjectShape(List<Member> members) implements Shape {
  /**
   * One key.
   *
   * @param nullable whether null stands for nothing
   */
  record Member(String name, Shape shape, boolean required, boolean nullable) {}

  @Override
  public Object read(String field, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> object)) {
      throw Refusal.of(field, expected());
    }
    var read = new HashMap<String, Object>();
    for (var member : members) {
      var path = field.isEmpty() ? member.name : field + "." + member.name;
      if (isThere(object, member, path)) {
        read.put(member.name, member.shape.read(path, object.get(member.name)));
      }
    }
    return read;
  }

  @Override
  public String expected() {
    return "an object";
  }

  private static boolean isThere(Map<?, ?> object, Member member, String path) {
    if (!object.containsKey(member.name)) {
      if (member.required) {
        throw Refusal.missing(path, member.shape.expected());
      }
      return false;
    }
    return !member.nullable || object.get(member.name) != null;
  }
}
