package halley;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON into Map, List, String, Long, Double, Boolean and null. Plain Java has no reader, and Android's is missing
 * elsewhere.
 */
final class Json {
    /** Objects in objects, at most: what comes from a server must not cost the stack. */
    private static final int DEEPEST = 32;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** @throws IllegalArgumentException it is no JSON: a proxy's page for example */
    static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value(0);
        json.space();
        if (json.at < text.length()) throw json.wrong("the end");
        return value;
    }

    private Object value(int depth) {
        space();
        if (depth > DEEPEST) throw wrong("less in one another");
        switch (at < text.length() ? text.charAt(at) : ' ') {
            case '{': return object(depth);
            case '[': return array(depth);
            case '"': return string();
            case 't': return word("true", true);
            case 'f': return word("false", false);
            case 'n': return word("null", null);
            default: return number();
        }
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        if (next('}')) return members;
        do {
            space();
            String name = string();
            if (!next(':')) throw wrong("a colon");
            members.put(name, value(depth + 1));
        } while (next(','));
        if (!next('}')) throw wrong("}");
        return members;
    }

    private List<Object> array(int depth) {
        List<Object> items = new ArrayList<>();
        at++;
        if (next(']')) return items;
        do items.add(value(depth + 1)); while (next(','));
        if (!next(']')) throw wrong("]");
        return items;
    }

    private String string() {
        if (at >= text.length() || text.charAt(at) != '"') throw wrong("a quotation mark");
        StringBuilder content = new StringBuilder();
        for (at++; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"') {
                at++;
                return content.toString();
            }
            content.append(c == '\\' ? escaped() : c);
        }
        throw wrong("a quotation mark");
    }

    private char escaped() {
        char c = ++at < text.length() ? text.charAt(at) : ' ';
        int plain = "\"\\/bfnrt".indexOf(c);
        if (plain >= 0) return "\"\\/\b\f\n\r\t".charAt(plain);
        if (c != 'u' || at + 4 >= text.length()) throw wrong("an escape");
        try {
            int code = Integer.parseInt(text.substring(at + 1, at + 5), 16);
            at += 4;
            return (char) code;
        } catch (NumberFormatException notHexadecimal) {
            throw wrong("four hexadecimal digits");
        }
    }

    private Number number() {
        int from = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) at++;
        String digits = text.substring(from, at);
        try {
            return Long.valueOf(digits);
        } catch (NumberFormatException notWhole) {
            try {
                return Double.valueOf(digits);
            } catch (NumberFormatException notANumber) {
                at = from;
                throw wrong("a value");
            }
        }
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) throw wrong(word);
        at += word.length();
        return value;
    }

    private boolean next(char wanted) {
        space();
        boolean found = at < text.length() && text.charAt(at) == wanted;
        if (found) at++;
        return found;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) at++;
    }

    private IllegalArgumentException wrong(String wanted) {
        String found = at < text.length() ? text.substring(at, Math.min(text.length(), at + 20)) : "nothing";
        return new IllegalArgumentException("JSON at " + at + ": " + wanted + " was expected, there is " + found);
    }
}
