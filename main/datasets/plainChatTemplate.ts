/**
 * How a conversation is written for a model without a chat template of its own, as a template like any other:
 *
 *     Be terse.          (a system message, blank line behind it)
 *
 *     User: 2+2?
 *     Assistant: 4<eos>
 *
 * Surprising: it names no begin-of-text token, so such text is tokenised with the tokenizer's own special tokens.
 * Whoever chats with an adapter trained this way must prompt with the same template.
 */
export const plainChatTemplate = [
  '{% for message in messages %}',
  "{% if message.role == 'user' %}User: {{ message.content }}{{ '\\n' }}",
  "{% elif message.role == 'assistant' %}Assistant: {{ message.content }}{{ eos_token }}{{ '\\n' }}",
  "{% else %}{{ message.content }}{{ '\\n\\n' }}{% endif %}",
  '{% endfor %}',
  '{% if add_generation_prompt %}Assistant:{% endif %}',
].join('');
