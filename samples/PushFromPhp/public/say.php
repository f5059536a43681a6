<?php

declare(strict_types=1);

require __DIR__ . '/../src/chat.php';

if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    header('Allow: POST');
    answer(405, ['error' => 'What you want to say comes as a POST.']);
}

$name = is_string($_POST['name'] ?? null) ? trim($_POST['name']) : '';
$text = is_string($_POST['text'] ?? null) ? trim($_POST['text']) : '';
$mistake = mistake($name, $text);
if ($mistake !== null) {
    answer(422, ['error' => $mistake]);
}

// Kept first: what is told and not kept would be gone with the next page.
$message = history()->add($name, $text);
$isTold = comet()->push(CHANNEL, json_encode($message, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE));
answer($isTold ? 200 : 202, $isTold ? [] : ['error' => 'Your message is kept, but the push server does not answer: others see it a little later.']);
