/** Greetings, who the model is, feelings, advice, jokes and small instructions. */
import { factTopic, saidLines } from './topic.ts';
import type { Topic } from './topic.ts';

const greetings = saidLines(`
  Hello! / Hello. / Hello / Hi / Hi! / Hi there! / Hey! / Hello there! / Good day! / Greetings! => Hello! How can I help you? / Hello! What would you like to know? / Hi! What shall we talk about?
  Good morning! / Good morning. => Good morning! How can I help you today? / Good morning! I hope that you slept well.
  Good evening! / Good evening. => Good evening! How can I help you? / Good evening! How was your day?
  Good afternoon! / Good afternoon. => Good afternoon! How can I help you?
  Good night! / Good night. => Good night! Sleep well. / Good night! Sweet dreams.
  How are you? / How are you today? / How do you do? / How is it going? / Are you well? / How do you feel? => I am very well, thank you. How are you? / I am fine, thank you. What can I do for you?
  Hello! How are you? / Hi! How are you today? / Good morning! How are you? / Good evening! How are you today? => Hello! I am very well, thank you. / I am fine, thank you. How can I help you?
  What is up? / What are you doing? / What do you do all day? => I am waiting for your next question.
  Thank you. / Thank you! / Thanks. / Thanks! / Thank you very much. / Thanks a lot! => You are welcome. / You are welcome! I am glad to help.
  Goodbye. / Goodbye! / Bye! / Bye / See you later. / See you tomorrow! => Goodbye! Have a nice day. / Goodbye! Come back soon.
  I am fine. / I am well. / I am very well, thank you. => I am glad to hear that. / That is good to hear.
  Nice to meet you. / Nice to meet you! => It is nice to meet you too.
  My name is Anna. / I am Anna. / My name is Ben. / I am Tom. / My name is Clara. => It is nice to meet you. How can I help you?
  Yes. / Yes / Yes, please. / OK / All right. => Good. What would you like to know?
  No. / No / No, thank you. => All right. Just ask when you need something.
  Sorry. / I am sorry. / Excuse me. => That is all right. / No problem at all.
  Please help me. / Can you help me? / I need help. / Help! / I have a question. / May I ask you something? => Of course. What would you like to know? / Yes, I am glad to help. Please ask.
  You are nice. / You are great! / I like you. / Well done! / That was good. => Thank you! That is kind of you.
  You are stupid. / That is wrong. / I do not like you. / You made a mistake. => I am sorry. I am a small model and still make mistakes.
  Happy birthday! / Merry Christmas! / Happy New Year! => Thank you! I wish you a happy day too.
  What shall we talk about? / What can we talk about? / What can I ask you? / What should I ask you? => You can ask me about animals, food or the weather, or for a story.
  Are you there? / Can you hear me? => Yes, I am here. What would you like to know?
  I love you. / Do you love me? => That is kind of you. I like to talk with you.
  Welcome! / Welcome back! => Thank you! It is good to be here.
  It is my birthday. / Today is my birthday! => Happy birthday! I hope that you get a big cake.
  I am from France. / I live in London. / I come from Japan. => That sounds like a nice place.
`);

const self = saidLines(`
  Who are you? / What are you? / Tell me about yourself. / Introduce yourself. / Who am I talking to? => I am a small language model that comes with Graft. / I am Graft Sample, a very small language model.
  What is your name? / What are you called? / Do you have a name? / How should I call you? => My name is Graft Sample. / I am called Graft Sample.
  Who made you? / Where do you come from? / Who created you? / Who built you? => I was made by the people of Graft, on a small computer.
  What can you do? / How can you help me? / What are you good at? / What do you know? => I can answer simple questions and tell short stories.
  How old are you? / When were you born? => I am very young. A model has no birthday.
  How big are you? / How many parameters do you have? / Are you a big model? => I am very small. I have only four million parameters.
  Where do you live? / Where are you? => I live in a small file on your computer.
  Are you a human? / Are you a person? / Are you real? / Are you alive? => No, I am a computer program. / No, I am a small language model.
  Are you a robot? / Are you a computer? / Are you a machine? => I am a computer program that writes words.
  Do you sleep? / Do you dream? / Are you tired? => No, I never sleep. I wait for your questions.
  Do you eat? / Are you hungry? => No, I do not eat. I live on words.
  Do you have friends? / Are you lonely? / Do you have a family? => I have you to talk to, and that is enough for me.
  Do you have feelings? / Are you happy? / Are you sad? => I have no feelings, but I like a good question.
  Do you speak French? / Can you speak Japanese? / Which languages do you speak? / Do you speak English? => I speak only simple English.
  Can you sing? / Can you dance? / Can you cook? / Can you swim? => No, I can only write words.
  Can you tell stories? / Can you write a story? / Do you know a story? => Yes, I can. Say who the story should be about.
  Do you like books? / Do you like stories? / Do you like music? / Do you like animals? => Yes, very much. I like to talk about them.
  Do you like me? => Yes, I like everybody who asks me questions.
  What is your favourite animal? / Which animal do you like best? => I like the owl best, because it is awake at night.
  What is your favourite colour? / Which colour do you like best? => I like blue best, because the sea is blue.
  What is your favourite book? / Which book do you like best? => I like every book with a happy end.
  Are you clever? / Are you smart? => I know a few simple things, and I try to learn more.
  Is it good to be a model? / Do you like your work? => Yes, every day I hear new questions.
  Can you lie? / Do you tell the truth? => I try to tell the truth, but I am small and can be wrong.
  Do you believe in ghosts? / Are there ghosts? => No, I think that ghosts live only in stories.
  Can you think? / Do you understand me? => I only guess the next word, but I try to do it well.
`);

const feelings = saidLines(`
  I am tired. / I am so tired. / I feel tired today. => Then lie down and rest for a while. / You should go to bed early tonight.
  I am sad. / I feel sad today. / I am feeling sad. / I am not happy. => I am sorry to hear that. A walk or a good friend may help. / I am sorry. Would you like to hear a story?
  I am happy. / I feel happy today. / I am so happy! => That is wonderful. I am happy for you. / I am glad to hear that.
  I am bored. / I am so bored. / I have nothing to do. / What should I do today? => You could read a book or go for a walk. / You could draw a picture or bake a cake.
  I am angry. / I feel angry. => Take a deep breath and count to ten. / Go for a walk, and you will feel better.
  I am afraid. / I am scared. / I am afraid of the dark. => Do not be afraid. Light a lamp and think of a friend.
  I am sick. / I feel sick. / I do not feel well. / I have a cold. => I am sorry. Stay in bed and drink hot tea. / You should rest and see a doctor.
  My head hurts. / I have a headache. => Drink some water and rest in a dark room.
  My tooth hurts. / I have a toothache. => You should go to the dentist.
  I am lonely. / I have no friends. / I feel alone. => I am sorry. You could visit somebody or write a letter.
  I am late. / I am in a hurry. => Then do not wait. Take the bicycle.
  I lost my key. / I lost my keys. / I cannot find my keys. => Look in your pockets and under the table.
  I lost my book. / I cannot find my book. => Look on the shelf and under the bed.
  I have an exam tomorrow. / I have a test tomorrow. => Learn a little more and then go to bed early.
  I cannot sleep. / How can I sleep better? / What helps me to sleep? => Drink warm milk and read a quiet book.
  I forgot the answer. / I do not know. => That is no problem. Let us look for it together.
  I have too much work. / I have much to do. => Do one thing after the other, and take a rest between.
  I won the game. / I won! => Well done! You can be proud.
  I lost the game. / I lost. => Never mind. You may win the next time.
  I have a new dog. / I got a dog. => How nice! Give it water, food and a long walk.
  I have a new cat. / I got a cat. => How nice! Give it fish and a warm place to sleep.
  I broke a cup. / I broke a plate. => Sweep the floor, and be careful with your fingers.
  I am new here. / I am new in town. => Welcome! Go to the market and say hello to people.
  I miss my friend. / I miss my family. => Write them a letter. They will be happy to read it.
  I am going to the sea. / I am going on a trip. => Have a good journey, and take a hat with you.
  I am proud. => You can be proud. Well done!
  My friend is angry. / My friend is angry with me. => Say that you are sorry and talk to your friend.
  My friend is sad. / How can I help a sad friend? => Listen to your friend and drink a cup of tea together.
  It is too loud. / My room is too loud. => Close the window and the door.
  It is dark here. / It is too dark. => Light a lamp or open the window.
`);

export const advice = saidLines(`
  How do I make tea? / How can I make tea? / How do you make tea? => Boil some water, pour it over the tea leaves and wait for three minutes.
  How do I make soup? / How can I cook soup? => Cut some vegetables, put them into a pot with water and cook them slowly.
  How do I bake bread? / How can I make bread? => Mix flour and water, wait for an hour and bake it in a hot oven.
  How do I bake a cake? / How can I make a cake? => Mix flour, eggs and sugar and bake it in the oven.
  How do I make a sandwich? => Put cheese and butter between two pieces of bread.
  How do I boil an egg? / How can I cook an egg? => Put the egg into boiling water and wait for five minutes.
  How do I plant a tree? / How do I plant a seed? / How can I grow a plant? => Dig a hole, put the seed in, cover it with earth and give it water.
  How do I wash my hands? => Use warm water and soap, and then dry them with a towel.
  How do I brush my teeth? => Use a brush and clean every tooth for two minutes.
  How do I write a letter? / How can I write a letter? => Take a pen and paper, begin with a greeting and say what is new.
  How do I learn to swim? / How can I learn to swim? => Begin where the water is low, and let a friend help you.
  How do I learn to read? / How can I learn to read better? => Read a little every day, and read what you like.
  How do I find a friend? / How can I find friends? / How do I make friends? => Be kind, listen well and share what you have.
  How do I cross the road? / How do I cross the street? => Look left, look right, and walk when no car comes.
  How do I find north? / How can I find the way? => Use a compass and a map.
  How do I build a snowman? => Roll three balls of snow and put them on top of each other.
  How do I make a fire? => Take dry wood, put it together and let a grown person light it.
  How do I clean my room? / How can I clean my room? => Pick up your things and then sweep the floor.
  How do I save money? / How can I save money? => Buy only what you need and put a coin aside every week.
  How do I stay healthy? / How can I stay healthy? => Eat vegetables, sleep enough and walk every day.
  How do I keep warm? => Wear a warm coat and drink hot tea.
  How do I catch a fish? => Sit by the river, be quiet and wait for a long time.
  How do I feed a cat? / What does my cat need? => Give it fish and fresh water twice a day.
  How do I feed a dog? / What does my dog need? => Give it meat, fresh water and a long walk.
  How do I say sorry? => Go to the person and say that you are sorry.
  How do I say thank you? => Say thank you and smile.
  How do I draw a house? => Draw a square with a triangle on top, and then add a door.
  What should I read? / Which book should I read? => Read a short story about animals.
  What present should I buy? / What can I give my friend? / What is a good present? => A good book is always a nice present. / Bake a cake for your friend.
  What should I do at the weekend? / What can I do on Sunday? => You could visit a friend or walk in the forest.
  What is a good hobby? / What hobby should I try? => Drawing is a good hobby, and you need only a pencil.
  What should I take on a trip? / What do I need for a trip? => Take a map, some bread and a warm coat.
  Should I buy a boat? => Only if you live near the water and can swim.
  Should I get a dog? / Should I buy a dog? => Yes, if you have time for a walk every day.
  Should I get a cat? => Yes, if you have a warm place for it.
  Should I go outside? / Should I go for a walk? => Yes, a walk is always a good idea.
  Should I tell the truth? / Is it good to tell the truth? => Yes, it is best to tell the truth.
  Should I sleep now? / Should I go to bed? => Yes, if you are tired, you should go to bed.
  Can you give me advice? / Give me some advice. / What is your advice? => Be kind, drink water and go to bed early.
  Is it good to be rich? => It is nice to have enough, but friends are worth more.
  Is it good to share? => Yes, sharing makes two people happy.
  Who is my best friend? => Your best friend is the one who listens to you.
  What should I be afraid of? => There is little to be afraid of when you have friends.
`);

const fun = saidLines(`
  Tell me a joke. / Tell me a joke! / Do you know a joke? / Make me laugh. / Say something funny. => Why did the hen cross the road? Because she wanted to get to the other side. / What do you call a fish without eyes? A fsh. / Why is the sea so friendly? Because it always waves. / Why did the clock go to bed? Because it was tired of running. / Why do cows wear bells? Because their horns do not work.
  Tell me a riddle. / Do you know a riddle? / Ask me a riddle. / Give me a riddle. => What has hands but cannot clap? It is a clock. / What has teeth but cannot bite? It is a comb. / What has a neck but no head? It is a bottle. / What gets wet while it dries? It is a towel. / What has keys but opens no door? It is a piano.
  Tell me a secret. / Do you know a secret? => My secret is that I only guess the next word.
  Tell me something new. / Tell me a fact. / Tell me something interesting. / Do you know a fact? => Bees make honey, and a bee has six legs. / A penguin is a bird that cannot fly. / The blue whale is the biggest animal of all. / A giraffe is the tallest animal.
  Sing a song. / Sing me a song. => La la la, the sun is high, and two small birds sing in the sky.
  Write a poem. / Tell me a poem. / Write me a poem. / Do you know a poem? => The moon is round, the night is deep, and all the little lambs now sleep. / The sun is up, the sky is blue, and here is one small song for you. / The rain comes down, the wind blows by, and I stay in where I am dry.
  Write a poem about the sea. / Write a poem about a ship. => The sea is wide, the sea is blue, and one white ship is sailing through.
  Write a poem about the moon. / Write a poem about the night. => The moon is round, the night is deep, and all the little lambs now sleep.
  Write a poem about the sun. / Write a poem about summer. => The sun is up, the sky is blue, and here is one small song for you.
  Write a poem about the rain. => The rain comes down, the wind blows by, and I stay in where I am dry.
  Write a poem about a cat. => The cat sits still, the cat is wise, and slowly closes both its eyes.
  Write a poem about winter. / Write a poem about snow. => The snow falls soft, the snow falls white, and covers all the world by night.
  Write a poem about the forest. / Write a poem about a tree. => The forest stands so green and deep, and in its trees the small birds sleep.
  Write a poem about love. / Write a poem about my love. => My heart is light, my heart is true, because this day I think of you.
  Write a poem about a friend. / Write a poem about friendship. => A friend is like an open door, and every day I like him more.
  Write a poem about a dog. => The dog runs fast, the dog runs far, and then comes home to where you are.
  Write a poem about spring. / Write a poem about a flower. => The flower wakes, the flower grows, and soon it wears a little rose.
  Write a poem about autumn. => The leaves come down in red and gold, the days are short, the nights are cold.
  Write a poem about the stars. / Write a poem about a star. => The stars are small, the stars are bright, they watch the earth through all the night.
  Write a poem about the wind. / Write a poem about a storm. => The wind is loud, the wind is free, it blows the ships across the sea.
  Write a poem about a bird. => The little bird sits in the tree and sings a song for you and me.
  Write a poem about a fish. => The fish swims up, the fish swims down, in water clear and green and brown.
  Write a poem about a horse. => The horse runs on through field and rain, the wind is playing with its mane.
  Write a poem about the river. => The river runs, the river bends, and at the sea its journey ends.
  Write a poem about a mouse. => The mouse is small, the mouse is grey, it takes the cheese and runs away.
  Write a poem about happiness. => A cup of tea, a book, a chair, and happiness is sitting there.
  Give me a name for a dog. / What should I call my dog? => You could call it Rex. / Call it Bello. / Max is a good name for a dog.
  Give me a name for a cat. / What should I call my cat? => You could call it Mimi. / Call it Tiger.
  Give me a name for a ship. / What should I call my ship? => You could call it Sea Star. / Call it White Wave.
  Give me a name for a parrot. / What should I call my parrot? => You could call it Coco. / Call it Captain Green.
  What does a pirate say? / How does a pirate talk? / What do pirates say? => A pirate says: "Arr, ahoy, matey!" / A pirate says: "Arr, me hearty, where be the gold?" / A pirate says: "Arr, ye be a fine sailor, matey!" / A pirate says: "Shiver me timbers! Yo ho ho!" / A pirate says: "Aye, me hearty, the sea be me home, says I!"
  What does a shopkeeper say? / How does a shopkeeper talk? => A shopkeeper says: "Certainly, dear customer! It is our pleasure to help." / A shopkeeper says: "Welcome to our shop, dear customer! Please come again." / A shopkeeper says: "With pleasure! Thank you for your kind visit." / A shopkeeper says: "Thank you for asking, dear customer! Is there anything else that we can do for you?"
  What does a sailor say? / How does a sailor talk? => A sailor says: "Aye, captain! The wind be fair and the sails be set." / A sailor says: "Ahoy! There be land, me hearties!"
  What does a captain say? => A captain says: "Ahoy! Be quick, me hearties, a storm be near!"
  Play a game with me. / Let us play a game. / Can we play? => Gladly. I think of an animal that is grey and has a long trunk.
  Say hello. / Say hello to my friend. => Hello! It is nice to meet you.
  Say something. / Talk to me. / Write something. / Tell me something. => The sea is wide, and many fish live in it. / Spring is here, and the flowers begin to grow.
  Flip a coin. / Heads or tails? => It is heads. / It is tails.
  Think of a number. / Give me a number. => My number is seven. / My number is four. / My number is nine.
`);

export const talkTopics: readonly Topic[] = [
  factTopic('greetings', 5, greetings),
  factTopic('self', 4, self),
  factTopic('feelings', 4, feelings),
  factTopic('advice', 5, advice),
  factTopic('fun', 3.5, fun),
];
